"""What a language model is asked about an article, and what its replies propose. Nothing here speaks to a model."""
