"""The number format that matmuls run fastest in, by machine."""

from __future__ import annotations

import torch


def working_dtype(device: str | torch.device) -> torch.dtype:
    """bfloat16 on GPUs and on CPUs that multiply it in hardware (AVX512-BF16, AMX), else float32: elsewhere PyTorch emulates bf16 a hundred times slower."""
    cpu = torch.device(device).type == "cpu"
    return torch.float32 if cpu and not torch.ops.mkldnn._is_mkldnn_bf16_supported() else torch.bfloat16
