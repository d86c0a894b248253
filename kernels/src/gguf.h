/* GGUF v3 as bytes: keys and tensors of a hostile file, every offset checked before it is used. */
#ifndef NK_GGUF_H
#define NK_GGUF_H
#include <stddef.h>
#include <stdint.h>

enum { GGUF_U8, GGUF_I8, GGUF_U16, GGUF_I16, GGUF_U32, GGUF_I32, GGUF_F32, GGUF_BOOL, GGUF_STRING, GGUF_ARRAY, GGUF_U64, GGUF_I64, GGUF_F64 };
enum { GGML_F32 = 0, GGML_F16 = 1, GGML_Q4_0 = 2, GGML_Q8_0 = 8 };

typedef struct { const uint8_t *p; size_t n; } nk_span; /* n bytes inside the file; the file owns them */

typedef struct {
  nk_span key;
  uint32_t type, item_type; /* item_type: of arrays */
  uint64_t count;           /* array items; 1 otherwise */
  nk_span value;            /* payload: scalar, string bytes, or all array items */
} nk_gguf_kv;

typedef struct {
  nk_span name;
  uint32_t n_dims, type;
  uint64_t ne[2];   /* ne[0] is the input width; ne[1] is 1 for vectors */
  nk_span data;
  int used;         /* set by the binder: what stays 0 is unknown */
} nk_gguf_tensor;

typedef struct {
  nk_gguf_kv *kv;
  nk_gguf_tensor *tensor;
  size_t n_kv, n_tensor;
} nk_gguf;

/* Error text of a fixed size; the first message stays. */
typedef struct { char *buf; size_t cap; } nk_err;
int nk_fail(nk_err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A key or name fit to print: at most 60 bytes, nothing that a terminal obeys. */
const char *nk_shown(nk_span s, char out[64]);

/* 0 when fine; else -1 with a message. Caller frees with nk_gguf_free in both cases. */
int nk_gguf_parse(const void *data, size_t size, nk_gguf *g, nk_err *e);
void nk_gguf_free(nk_gguf *g);

/* Typed reads: 0 when there with that type and within bounds, else -1 with a message. */
int nk_gguf_u32(const nk_gguf *g, const char *key, uint32_t lo, uint32_t hi, uint32_t *out, nk_err *e);
int nk_gguf_f32(const nk_gguf *g, const char *key, float lo, float hi, float *out, nk_err *e);
int nk_gguf_string(const nk_gguf *g, const char *key, nk_span *out, nk_err *e);
int nk_gguf_true(const nk_gguf *g, const char *key, nk_err *e);
int nk_gguf_array(const nk_gguf *g, const char *key, uint32_t item_type, uint64_t count, const nk_gguf_kv **out, nk_err *e);

/* The tensor of that name with type among types (bit set 1 << GGML_*) and shape (rows, cols), marked used; NULL with a message otherwise. */
const nk_gguf_tensor *nk_gguf_take(nk_gguf *g, const char *name, uint32_t types, uint64_t rows, uint64_t cols, nk_err *e);
int nk_gguf_has(const nk_gguf *g, const char *name);
int nk_gguf_has_key(const nk_gguf *g, const char *key);

uint32_t nk_le32(const uint8_t *p);
uint64_t nk_le64(const uint8_t *p);
float nk_lef32(const uint8_t *p);
#endif
