"""Small pages and files of a fictional port town, made in the tests' own words."""

from __future__ import annotations

PARAGRAPHS = (
    (
        "The dockers of Port Arlen said on Monday that they would not return to work until Brenholt Lines withdraws its "
        "plan for an automatic terminal."
    ),
    "“We have asked for one thing, and that is a seat at the table,” said Mara Olsen, who leads the dockers' union.",
    "Brenholt Lines answered that it was ready to talk about hours but not about the terminal, which it calls settled.",
    "The harbour master, Ivo Renn, offered to mediate and invited both sides to his office on Thursday afternoon.",
    "About forty ships were waiting outside the harbour on Monday evening, twice as many as a week before.",
)
TITLE = "Dockers at Port Arlen stay out over new terminal"


def page(
    *,
    head: str = "",
    title: str | None = TITLE,
    before: str = "",
    body: str | None = None,
    after: str = "",
    heading: str = TITLE,
) -> bytes:
    """A news page. `before` and `after` stand around the paragraphs inside the article element."""
    text = body if body is not None else "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    named = f"<title>{title}</title>" if title is not None else ""
    headline = f"<h1>{heading}</h1>" if heading else ""
    return (
        f"<!doctype html><html><head><meta charset='utf-8'>{named}{head}</head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
        f"<article>{headline}{before}{text}{after}</article>"
        "<footer><p>Harbour Street 1, Port Arlen</p></footer></body></html>"
    ).encode()


def pdf(*pages: str, info: str = "") -> bytes:
    """A PDF with one text line for each line of each page, in Helvetica."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for number, page_text in enumerate(pages):
        lines = [
            line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            for line in page_text.splitlines()
        ]
        stream = "BT /F1 11 Tf 14 TL 50 780 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        encoded = stream.encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(encoded), encoded))
    objects.append(f"<< {info} >>".encode())
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    return out + b"startxref\n%d\n%%%%EOF\n" % start
