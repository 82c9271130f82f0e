"""Text to vectors: the protocol, and the embedder that serves."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from knowledge.published import verify

Vectors = NDArray[np.float32]

MODEL_KIND = "model-2"
"""Kind and layout version of an exported model: graph.onnx, its weights.bin, tokenizer.json and the manifest."""

BATCH = 8
CHARACTERS_PER_TOKEN = 16


class Embedder(Protocol):
    """Turns texts into unit vectors of shape (len(texts), dimension), so that a dot product is a cosine."""

    @property
    def dimension(self) -> int: ...

    @property
    def fingerprint(self) -> str:
        """Hash of the weights and their settings: vectors of different fingerprints must never be compared."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors: ...


def readable(text: str, max_tokens: int) -> str:
    """What of a text a model of ``max_tokens`` reads; both lanes embed this.

    Tokenising is linear in the text: forty thousand characters would cost more than the model itself.
    Sixteen characters per token are four times as many as any language we know needs.
    A lone surrogate (JSON can carry one) would be refused by the tokenizer, so it becomes "?".
    """
    return text.strip()[: max_tokens * CHARACTERS_PER_TOKEN].encode("utf-8", "replace").decode()


class OnnxEmbedder:
    """The exported model of ``folder``, verified while loading (Damaged otherwise). Safe to use from many threads.

    ``threads``: one serves the most queries under load; the indexer takes all cores.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        facts = verify(folder, MODEL_KIND)
        self.fingerprint: str = facts["fingerprint"]
        self.dimension: int = facts["dimension"]
        self.max_tokens: int = facts["max_tokens"]
        self._prompt: str = facts["prompt"]
        self._pad: int = facts["pad_id"]
        self._pad_left: bool = facts["pad_left"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._session = _session(folder / "graph.onnx", threads)
        self._inputs = tuple(entry.name for entry in self._session.get_inputs())

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            vectors[chosen] = self._run([texts[position] for position in chosen])
        return vectors

    def _run(self, texts: list[str]) -> Vectors:
        encoded = [self._tokenizer.encode(self._prompt + readable(text, self.max_tokens)) for text in texts]
        width = max(len(tokens.ids) for tokens in encoded)
        fed = {name: np.zeros((len(encoded), width), dtype=np.int64) for name in self._inputs}
        fed["input_ids"].fill(self._pad)
        for row, tokens in enumerate(encoded):
            length = len(tokens.ids)
            where = slice(width - length, width) if self._pad_left else slice(length)
            fed["input_ids"][row, where] = tokens.ids
            fed["attention_mask"][row, where] = 1
            if "token_type_ids" in fed:
                fed["token_type_ids"][row, where] = tokens.type_ids
        vectors: Vectors = self._session.run(None, fed)[0]
        return vectors


def _session(graph: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.enable_cpu_mem_arena = False
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
