/* GGUF v3 reader over (data, size). */
#include "gguf.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_KV 1024     /* duplicate search is quadratic */
#define MAX_TENSORS 2048
#define ALIGN 32

typedef struct { const uint8_t *base; size_t at, size; nk_err *e; } cursor;

uint32_t nk_le32(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24; }
uint64_t nk_le64(const uint8_t *p) { return (uint64_t)nk_le32(p) | (uint64_t)nk_le32(p + 4) << 32; }
float nk_lef32(const uint8_t *p) {
  uint32_t u = nk_le32(p);
  float f;
  memcpy(&f, &u, 4);
  return f;
}

int nk_fail(nk_err *e, const char *fmt, ...) {
  va_list ap;
  if (!e || !e->buf || !e->cap || e->buf[0]) return -1;
  va_start(ap, fmt);
  vsnprintf(e->buf, e->cap, fmt, ap);
  va_end(ap);
  return -1;
}

const char *nk_shown(nk_span s, char out[64]) {
  size_t n = s.n < 60 ? s.n : 60;
  for (size_t i = 0; i < n; i++) out[i] = s.p[i] >= 0x20 && s.p[i] < 0x7f ? (char)s.p[i] : '?';
  out[n] = 0;
  return out;
}

static const uint8_t *take(cursor *c, uint64_t n) {
  if (n > c->size - c->at) return NULL;
  const uint8_t *p = c->base + c->at;
  c->at += (size_t)n;
  return p;
}

static int take_u32(cursor *c, uint32_t *v) {
  const uint8_t *p = take(c, 4);
  if (p) *v = nk_le32(p);
  return p ? 0 : -1;
}

static int take_u64(cursor *c, uint64_t *v) {
  const uint8_t *p = take(c, 8);
  if (p) *v = nk_le64(p);
  return p ? 0 : -1;
}

static int take_string(cursor *c, nk_span *s) {
  uint64_t n;
  if (take_u64(c, &n)) return -1;
  s->p = take(c, n);
  s->n = (size_t)n;
  return s->p ? 0 : -1;
}

static int scalar_size(uint32_t type) {
  static const uint8_t size[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  return type <= GGUF_F64 ? size[type] : 0;
}

static int take_array(cursor *c, nk_gguf_kv *kv, const char *name) {
  if (take_u32(c, &kv->item_type) || take_u64(c, &kv->count)) return nk_fail(c->e, "key %s: cut off", name);
  kv->value.p = c->base + c->at;
  if (kv->item_type == GGUF_STRING) {
    nk_span s;
    if (kv->count > (c->size - c->at) / 8) return nk_fail(c->e, "key %s: more items than the file has bytes", name);
    for (uint64_t i = 0; i < kv->count; i++)
      if (take_string(c, &s)) return nk_fail(c->e, "key %s: string %llu is cut off", name, (unsigned long long)i);
  } else {
    int size = scalar_size(kv->item_type);
    if (!size) return nk_fail(c->e, "key %s: items of unknown type %u", name, kv->item_type);
    if (kv->count > (c->size - c->at) / (unsigned)size) return nk_fail(c->e, "key %s: more items than the file has bytes", name);
    take(c, kv->count * (unsigned)size);
  }
  kv->value.n = (size_t)(c->base + c->at - kv->value.p);
  return 0;
}

static int take_kv(cursor *c, nk_gguf_kv *kv, size_t index) {
  char name[64];
  if (take_string(c, &kv->key)) return nk_fail(c->e, "key %zu is cut off", index);
  nk_shown(kv->key, name);
  if (!kv->key.n) return nk_fail(c->e, "key %zu has no name", index);
  if (take_u32(c, &kv->type)) return nk_fail(c->e, "key %s: cut off", name);
  kv->count = 1;
  if (kv->type == GGUF_ARRAY) return take_array(c, kv, name);
  if (kv->type == GGUF_STRING) return take_string(c, &kv->value) ? nk_fail(c->e, "key %s: text is cut off", name) : 0;
  int size = scalar_size(kv->type);
  if (!size) return nk_fail(c->e, "key %s: unknown type %u", name, kv->type);
  kv->value.n = (size_t)size;
  kv->value.p = take(c, (unsigned)size);
  if (!kv->value.p) return nk_fail(c->e, "key %s: cut off", name);
  if (kv->type == GGUF_BOOL && kv->value.p[0] > 1) return nk_fail(c->e, "key %s: a bool that is %u", name, kv->value.p[0]);
  return 0;
}

static int span_is(nk_span a, const void *p, size_t n) { return a.n == n && !memcmp(a.p, p, n); }

static int read_kvs(cursor *c, nk_gguf *g) {
  char name[64];
  for (size_t i = 0; i < g->n_kv; i++) {
    if (take_kv(c, &g->kv[i], i)) return -1;
    for (size_t j = 0; j < i; j++)
      if (span_is(g->kv[j].key, g->kv[i].key.p, g->kv[i].key.n)) return nk_fail(c->e, "key %s: twice", nk_shown(g->kv[i].key, name));
    if (span_is(g->kv[i].key, "general.alignment", 17) && (g->kv[i].type != GGUF_U32 || nk_le32(g->kv[i].value.p) != ALIGN))
      return nk_fail(c->e, "key general.alignment: must be u32 %d", ALIGN);
  }
  return 0;
}

/* Bytes of a tensor, or 0 when its shape is impossible. */
static uint64_t tensor_bytes(const nk_gguf_tensor *t) {
  uint64_t cols = t->ne[0], rows = t->ne[1], row;
  if (!cols || !rows || cols > 1u << 24 || rows > 1u << 24) return 0; /* keeps every product below 2^56 */
  switch (t->type) {
    case GGML_F32: row = cols * 4; break;
    case GGML_F16: row = cols * 2; break;
    case GGML_Q4_0: row = cols % 32 ? 0 : cols / 32 * 18; break;
    case GGML_Q8_0: row = cols % 32 ? 0 : cols / 32 * 34; break;
    default: row = 0;
  }
  return row * rows;
}

static int take_tensor(cursor *c, nk_gguf_tensor *t, size_t index, uint64_t *offset) {
  char name[64];
  if (take_string(c, &t->name)) return nk_fail(c->e, "tensor %zu is cut off", index);
  nk_shown(t->name, name);
  if (!t->name.n || t->name.n > 63) return nk_fail(c->e, "tensor %zu: bad name", index);
  if (take_u32(c, &t->n_dims)) return nk_fail(c->e, "tensor %s: cut off", name);
  if (t->n_dims < 1 || t->n_dims > 2) return nk_fail(c->e, "tensor %s: %u dimensions", name, t->n_dims);
  t->ne[1] = 1;
  for (uint32_t d = 0; d < t->n_dims; d++)
    if (take_u64(c, &t->ne[d])) return nk_fail(c->e, "tensor %s: cut off", name);
  if (take_u32(c, &t->type) || take_u64(c, offset)) return nk_fail(c->e, "tensor %s: cut off", name);
  if (!tensor_bytes(t))
    return nk_fail(c->e, "tensor %s: type %u with shape (%llu, %llu)", name, t->type, (unsigned long long)t->ne[1], (unsigned long long)t->ne[0]);
  return 0;
}

static int read_tensors(cursor *c, nk_gguf *g) {
  char name[64];
  uint64_t expect = 0, offset;
  for (size_t i = 0; i < g->n_tensor; i++) {
    nk_gguf_tensor *t = &g->tensor[i];
    if (take_tensor(c, t, i, &offset)) return -1;
    for (size_t j = 0; j < i; j++)
      if (span_is(g->tensor[j].name, t->name.p, t->name.n)) return nk_fail(c->e, "tensor %s: twice", nk_shown(t->name, name));
    /* Tensors lie one after the other: this rules out overlap and gaps at once. */
    if (offset != expect) return nk_fail(c->e, "tensor %s: offset %llu, expected %llu", nk_shown(t->name, name), (unsigned long long)offset, (unsigned long long)expect);
    if (expect > c->size || tensor_bytes(t) > c->size - expect) return nk_fail(c->e, "tensor %s: past the end of the file", nk_shown(t->name, name));
    t->data.n = (size_t)tensor_bytes(t);
    expect = (expect + tensor_bytes(t) + ALIGN - 1) / ALIGN * ALIGN;
  }
  return 0;
}

static int place_tensors(cursor *c, nk_gguf *g) {
  char name[64];
  if (c->at > SIZE_MAX - ALIGN) return nk_fail(c->e, "the file is too long");
  size_t at = (c->at + ALIGN - 1) / ALIGN * ALIGN;
  for (size_t i = 0; i < g->n_tensor; i++) {
    nk_gguf_tensor *t = &g->tensor[i];
    if (at > c->size || t->data.n > c->size - at) return nk_fail(c->e, "tensor %s: past the end of the file", nk_shown(t->name, name));
    t->data.p = c->base + at;
    at = (at + t->data.n + ALIGN - 1) / ALIGN * ALIGN;
  }
  if (c->size > at) return nk_fail(c->e, "%zu bytes after the last tensor", c->size - at);
  return 0;
}

int nk_gguf_parse(const void *data, size_t size, nk_gguf *g, nk_err *e) {
  cursor c = {data, 0, size, e};
  uint32_t version;
  uint64_t n_tensor, n_kv;
  memset(g, 0, sizeof *g);
  const uint8_t *magic = take(&c, 4);
  if (!magic || memcmp(magic, "GGUF", 4)) return nk_fail(e, "not a GGUF file");
  if (take_u32(&c, &version)) return nk_fail(e, "the header is cut off");
  if (version != 3) return nk_fail(e, "GGUF version %u, need 3", version);
  if (take_u64(&c, &n_tensor) || take_u64(&c, &n_kv)) return nk_fail(e, "the header is cut off");
  if (n_tensor > MAX_TENSORS || n_tensor > size / 28) return nk_fail(e, "%llu tensors are too many", (unsigned long long)n_tensor);
  if (n_kv > MAX_KV || n_kv > size / 13) return nk_fail(e, "%llu keys are too many", (unsigned long long)n_kv);
  g->n_kv = (size_t)n_kv;
  g->n_tensor = (size_t)n_tensor;
  g->kv = calloc(g->n_kv + 1, sizeof *g->kv);
  g->tensor = calloc(g->n_tensor + 1, sizeof *g->tensor);
  if (!g->kv || !g->tensor) return nk_fail(e, "out of memory");
  return read_kvs(&c, g) || read_tensors(&c, g) || place_tensors(&c, g) ? -1 : 0;
}

void nk_gguf_free(nk_gguf *g) {
  free(g->kv);
  free(g->tensor);
  memset(g, 0, sizeof *g);
}

static const nk_gguf_kv *find(const nk_gguf *g, const char *key, uint32_t type, nk_err *e) {
  for (size_t i = 0; i < g->n_kv; i++)
    if (span_is(g->kv[i].key, key, strlen(key))) {
      if (g->kv[i].type == type) return &g->kv[i];
      nk_fail(e, "key %s: type %u, need %u", key, g->kv[i].type, type);
      return NULL;
    }
  nk_fail(e, "key %s: missing", key);
  return NULL;
}

int nk_gguf_u32(const nk_gguf *g, const char *key, uint32_t lo, uint32_t hi, uint32_t *out, nk_err *e) {
  const nk_gguf_kv *kv = find(g, key, GGUF_U32, e);
  if (!kv) return -1;
  *out = nk_le32(kv->value.p);
  return *out < lo || *out > hi ? nk_fail(e, "key %s: %u is not in %u to %u", key, *out, lo, hi) : 0;
}

int nk_gguf_f32(const nk_gguf *g, const char *key, float lo, float hi, float *out, nk_err *e) {
  const nk_gguf_kv *kv = find(g, key, GGUF_F32, e);
  if (!kv) return -1;
  *out = nk_lef32(kv->value.p);
  return !(*out >= lo && *out <= hi) ? nk_fail(e, "key %s: %g is not in %g to %g", key, (double)*out, (double)lo, (double)hi) : 0;
}

int nk_gguf_string(const nk_gguf *g, const char *key, nk_span *out, nk_err *e) {
  const nk_gguf_kv *kv = find(g, key, GGUF_STRING, e);
  if (!kv) return -1;
  *out = kv->value;
  return 0;
}

int nk_gguf_true(const nk_gguf *g, const char *key, nk_err *e) {
  const nk_gguf_kv *kv = find(g, key, GGUF_BOOL, e);
  if (!kv) return -1;
  return kv->value.p[0] == 1 ? 0 : nk_fail(e, "key %s: must be true", key);
}

int nk_gguf_array(const nk_gguf *g, const char *key, uint32_t item_type, uint64_t count, const nk_gguf_kv **out, nk_err *e) {
  const nk_gguf_kv *kv = find(g, key, GGUF_ARRAY, e);
  if (!kv) return -1;
  if (kv->item_type != item_type) return nk_fail(e, "key %s: items of type %u, need %u", key, kv->item_type, item_type);
  if (count && kv->count != count) return nk_fail(e, "key %s: %llu items, need %llu", key, (unsigned long long)kv->count, (unsigned long long)count);
  *out = kv;
  return 0;
}

int nk_gguf_has_key(const nk_gguf *g, const char *key) {
  for (size_t i = 0; i < g->n_kv; i++)
    if (span_is(g->kv[i].key, key, strlen(key))) return 1;
  return 0;
}

int nk_gguf_has(const nk_gguf *g, const char *name) {
  for (size_t i = 0; i < g->n_tensor; i++)
    if (span_is(g->tensor[i].name, name, strlen(name))) return 1;
  return 0;
}

const nk_gguf_tensor *nk_gguf_take(nk_gguf *g, const char *name, uint32_t types, uint64_t rows, uint64_t cols, nk_err *e) {
  for (size_t i = 0; i < g->n_tensor; i++) {
    nk_gguf_tensor *t = &g->tensor[i];
    if (!span_is(t->name, name, strlen(name))) continue;
    if (t->type > 31 || !(types >> t->type & 1)) return nk_fail(e, "tensor %s: type %u is not allowed", name, t->type), NULL;
    if (t->ne[0] != cols || t->ne[1] != rows || (t->n_dims == 2) != (types != 1u << GGML_F32))
      return nk_fail(e, "tensor %s: shape (%llu, %llu), need (%llu, %llu)", name, (unsigned long long)t->ne[1], (unsigned long long)t->ne[0],
                     (unsigned long long)rows, (unsigned long long)cols), NULL;
    t->used = 1;
    return t;
  }
  nk_fail(e, "tensor %s: missing", name);
  return NULL;
}
