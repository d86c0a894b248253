/* Needle kernels: public C API. One model, one mutable context; not thread-safe. See docs/model-format.md and docs/protocol.md. */
#ifndef NK_H
#define NK_H
#include <stddef.h>
#include <stdint.h>

#define NK_STATUS(name, text) NK_##name,
typedef enum {
#include "../src/status.def"
} nk_status;
#undef NK_STATUS

typedef struct nk_model nk_model;     /* weights + tokenizer + block cache */
typedef struct nk_program nk_program; /* a compiled grammar */

typedef struct {
  uint32_t layout;                       /* 0 joint, 1 catalogue */
  uint32_t d, enc_layers, dec_layers, heads, kv_heads, head_dim, vocab;
  uint32_t query_base, from_layer, block_tokens, max_blocks, query_tokens, answer_tokens, select_len;
  uint32_t beam;                         /* answers that are decoded side by side; 1: greedy */
  float eps, rope_base, copy_bias, cal_scale, cal_bias, threshold;
  char name[64];
} nk_info;

typedef struct {
  int use_f32;          /* 1: dequantise weights, f32 activations (the oracle path); 0: int8 activations */
  uint32_t cpu_mask;    /* bit 0 AVX2, bit 1 AVX512-VNNI (needs bit 0), bit 2 NEON, bit 3 ARM dot products (needs bit 2); 0: scalar; ~0: all */
  size_t cache_bytes;   /* block cache cap; 0: default 4 MiB (d <= 256) or 16 MiB */
  uint8_t model_hash[32];
} nk_options;

/* A model from `size` readable bytes at `data`, which must outlive it. `err` (errlen bytes) says what is wrong and where. Caller frees with nk_model_free. */
nk_status nk_model_open(const void *data, size_t size, const nk_options *opt, nk_model **out, char *err, size_t errlen);
void nk_model_free(nk_model *m);
const nk_info *nk_model_info(const nk_model *m);
const char *nk_model_isa(const nk_model *m);
const char *nk_status_name(nk_status s);

/* Tokens of one segment. Writes at most cap ids, returns the number there are. */
size_t nk_tokenize(const nk_model *m, const char *text, size_t len, uint32_t *ids, size_t cap);

/* Encode and cache a block. kind 0 tool, 1 fact. Text uses U+001E / U+001F. Keys and values that the cap pushes out are made again when a request
 * needs them; a block not used for long (beyond a quarter of cap bytes of tokens and vectors) is forgotten and answers NK_unknown_block. */
nk_status nk_block_register(nk_model *m, int kind, const char *text, size_t len, uint64_t *id, uint32_t *tokens, int *fresh);

/* Compile a program (docs/protocol.md section 2). Owned by the caller until nk_program_free. */
nk_status nk_program_load(nk_model *m, const void *bytes, size_t size, nk_program **out, char *err, size_t errlen);
void nk_program_free(nk_program *p);
uint32_t nk_program_tools(const nk_program *p);

typedef struct { const char *text; uint32_t len; } nk_text;
typedef struct { uint16_t prop, n_values; nk_text *values; } nk_arg;
typedef struct { uint16_t tool, n_args; float confidence, raw, mask_mass; nk_arg *args; } nk_one_call;
typedef struct {
  uint16_t n_calls; nk_one_call *calls;
  float refusal_confidence, refusal_mask_mass;
  uint16_t n_in_play; const uint16_t *in_play;
  uint32_t query_tokens, answer_tokens, passes, us_encode, us_decode, us_total;
} nk_result;

typedef struct {
  const nk_program *program;
  const uint64_t *tools; uint16_t n_tools;   /* block of each program tool, in program order */
  const uint64_t *facts; uint16_t n_facts;
  const char *query; size_t query_len;
  uint16_t max_calls;                        /* 0: 8 */
  uint32_t deadline_ms;                      /* 0: none */
  int (*cancelled)(void *); void *cancel_arg; /* asked between decoder passes; may be NULL */
} nk_request;

/* One request. The result lives in the model until the next call of any function on it. */
nk_status nk_call(nk_model *m, const nk_request *rq, const nk_result **out, char *err, size_t errlen);

/* Legal ids after each prefix of `ids`: (n + 1) x ceil(V/8) bytes at `masks`; *steps rows are valid. */
nk_status nk_masks(nk_model *m, const nk_program *p, const uint16_t *in_play, uint16_t n_in_play, const char *query, size_t query_len,
                   const uint32_t *ids, uint32_t n, uint8_t *masks, uint32_t *steps);

/* Teacher-forced logits (n, V) at `out`. `blocks` may be in any order. For joint models the text is query and one block. */
nk_status nk_logits(nk_model *m, const uint64_t *blocks, uint16_t n_blocks, const char *query, size_t query_len,
                    const uint32_t *ids, uint32_t n, float *out);

typedef struct { uint64_t calls, tokens, evictions; uint32_t blocks; size_t cache_bytes, cache_cap; } nk_stats;
void nk_model_stats(const nk_model *m, nk_stats *out);
#endif
