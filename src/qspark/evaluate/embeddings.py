"""Vectors of texts from a server that speaks OpenAI's HTTP API."""

from collections.abc import Callable, Sequence

import httpx2
import numpy as np
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from qspark.errors import ModelError
from qspark.evaluate.openai_http import endpoint

_AT_ONCE = 64


def embedder(model: str, base_url: str) -> Callable[[Sequence[str]], np.ndarray]:
    """A function from texts to unit vectors, an array of shape (texts, size).

    Each text is asked for once. It raises ModelError where the server does not answer with vectors.
    """
    where = endpoint(model, base_url, concurrency=1, timeout=120.0)
    headers = {"Authorization": f"Bearer {where.api_key}"} if where.api_key else {}
    known: dict[str, np.ndarray] = {}

    @retry(
        retry=retry_if_exception_type(httpx2.TransportError),
        stop=stop_after_attempt(4), wait=wait_random_exponential(1, 20), reraise=True,
    )  # fmt: skip
    def ask(texts: list[str]) -> None:
        body = {"model": where.model, "input": texts}
        reply = httpx2.post(
            f"{where.base_url}/embeddings", json=body, headers=headers, timeout=where.timeout
        )
        reply.raise_for_status()
        for text, item in zip(texts, reply.json()["data"], strict=True):
            vector = np.asarray(item["embedding"], dtype=float)
            known[text] = vector / (np.linalg.norm(vector) or 1.0)

    def embed(texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        try:
            for start in range(0, len(new), _AT_ONCE):
                ask(new[start : start + _AT_ONCE])
        except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{where.base_url} gives no embeddings of {model} ({error}): name a model that does"
            ) from error
        return np.stack([known[text] for text in texts])

    return embed
