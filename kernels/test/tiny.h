/* Tests' common ground: counting checks, a small model in memory, grammar programs. */
#ifndef TINY_H
#define TINY_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/internal.h"

extern int tiny_passed, tiny_failed;
#define CHECK(cond, ...) \
  do { \
    if (cond) tiny_passed++; \
    else { \
      tiny_failed++; \
      fprintf(stderr, "%s:%d: failed: ", __FILE__, __LINE__); \
      fprintf(stderr, __VA_ARGS__); \
      fputc('\n', stderr); \
    } \
  } while (0)
/* Prints the closing line; the exit code. */
int tiny_end(const char *name);

uint32_t tiny_random(uint32_t *state);           /* uniform 32 bits */
float tiny_normal(uint32_t *state);              /* roughly normal, variance 1 */

typedef struct { uint8_t *p; size_t n, cap; } tiny_buf;
void tiny_put(tiny_buf *b, const void *p, size_t n);
void tiny_u8(tiny_buf *b, uint32_t v);
void tiny_u16(tiny_buf *b, uint32_t v);
void tiny_u32(tiny_buf *b, uint32_t v);
void tiny_u64(tiny_buf *b, uint64_t v);
void tiny_f32(tiny_buf *b, float v);
void tiny_s16(tiny_buf *b, const char *s);       /* u16 length, bytes */

typedef struct {
  int joint, select, loud; /* loud: weights so large that sums overflow */
  uint32_t type;                                 /* GGML_* of the 2-D weights */
  uint32_t beam;                                 /* 0: the key is left out */
  uint32_t d, heads, kv, hd, enc, dec, from, max_blocks, answer, vocab_extra;
  /* Where interesting bytes lie, for the damage tests: offsets into the file. */
  size_t field[512];
  uint8_t field_kind[512];                       /* 'n' count, 'l' length, 't' type, 'v' value, 'o' offset, 'd' dimension, 's' scale */
  size_t n_fields;
} tiny_spec;
tiny_spec tiny_default(void);
tiny_buf tiny_model(tiny_spec *spec, uint32_t seed);
/* A cpu_mask for each path that this machine has, scalar first; the number of them. */
enum { TINY_PATHS = 8 };
uint32_t tiny_paths(uint32_t masks[TINY_PATHS]);
nk_model *tiny_open(const tiny_buf *b, int f32, uint32_t mask, size_t cache);

uint16_t tiny_half(float f);
/* Quantises n floats (a multiple of 32) as the file wants them. */
void tiny_quantise(tiny_buf *out, uint32_t type, const float *w, size_t n);
#endif
