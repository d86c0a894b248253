/* What the engine gives up before it reads a byte of the weights. */
#ifndef NK_LOCKDOWN_H
#define NK_LOCKDOWN_H
#include <stddef.h>

/* Limits memory to what weights and cache of `bytes` need, then allows a few system calls only. Returns "seccomp" or "none: why". */
const char *nk_lockdown(size_t bytes);
#endif
