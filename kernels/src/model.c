/* Opens a model: configuration, tensors and the one memory plan. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define WEIGHTS (1u << GGML_F16 | 1u << GGML_Q8_0 | 1u << GGML_Q4_0)
#define EXPORT __attribute__((visibility("default")))

EXPORT const char *nk_status_name(nk_status s) {
#define NK_STATUS(name, text) #name,
  static const char *const names[] = {
#include "status.def"
  };
#undef NK_STATUS
  return (unsigned)s < sizeof names / sizeof *names ? names[s] : "internal";
}

static int is_text(nk_span s, const char *text) { return s.n == strlen(text) && !memcmp(s.p, text, s.n); }

static int read_texts(nk_model *m, nk_err *e) {
  const nk_gguf *g = &m->gguf;
  nk_span s;
  if (nk_gguf_string(g, "general.architecture", &s, e)) return -1;
  if (!is_text(s, "needle")) return nk_fail(e, "key general.architecture: must be needle");
  if (nk_gguf_string(g, "general.name", &s, e)) return -1;
  if (s.n >= sizeof m->info.name || !nk_utf8_valid(s.p, s.n)) return nk_fail(e, "key general.name: longer than 63 bytes or not UTF-8");
  memcpy(m->info.name, s.p, s.n);
  if (nk_gguf_string(g, "needle.output", &s, e)) return -1;
  if (!is_text(s, "calls")) return nk_fail(e, "key needle.output: must be calls");
  if (nk_gguf_string(g, "needle.layout", &s, e)) return -1;
  m->info.layout = is_text(s, "catalogue");
  return m->info.layout || is_text(s, "joint") ? 0 : nk_fail(e, "key needle.layout: must be joint or catalogue");
}

static int read_config(nk_model *m, nk_err *e) {
  const nk_gguf *g = &m->gguf;
  nk_info *c = &m->info;
  uint32_t context;
  if (read_texts(m, e) || nk_gguf_u32(g, "needle.context_length", 1, UINT32_MAX, &context, e) || nk_gguf_u32(g, "needle.embedding_length", 8, 4096, &c->d, e) ||
      nk_gguf_u32(g, "needle.encoder.block_count", 1, 64, &c->enc_layers, e) || nk_gguf_u32(g, "needle.decoder.block_count", 1, 64, &c->dec_layers, e) ||
      nk_gguf_u32(g, "needle.attention.head_count", 1, 64, &c->heads, e) || nk_gguf_u32(g, "needle.attention.head_count_kv", 1, 64, &c->kv_heads, e) ||
      nk_gguf_u32(g, "needle.attention.key_length", 8, 256, &c->head_dim, e) ||
      nk_gguf_f32(g, "needle.attention.layer_norm_rms_epsilon", 1e-12f, 1e-2f, &c->eps, e) ||
      nk_gguf_f32(g, "needle.rope.freq_base", 1, 1e9f, &c->rope_base, e) || nk_gguf_u32(g, "needle.catalogue.query_base", 0, 1u << 20, &c->query_base, e) ||
      nk_gguf_u32(g, "needle.catalogue.from_layer", 0, c->enc_layers, &c->from_layer, e) ||
      nk_gguf_u32(g, "needle.catalogue.block_tokens", 8, 4096, &c->block_tokens, e) ||
      nk_gguf_u32(g, "needle.catalogue.max_blocks", 1, NK_MAX_BLOCKS, &c->max_blocks, e) || nk_gguf_u32(g, "needle.query_tokens", 1, 2048, &c->query_tokens, e) ||
      nk_gguf_u32(g, "needle.answer_tokens", 2, 2048, &c->answer_tokens, e) || nk_gguf_u32(g, "needle.select.length", 0, 1024, &c->select_len, e) ||
      nk_gguf_f32(g, "needle.copy_bias", -50, 50, &c->copy_bias, e) || nk_gguf_f32(g, "needle.calibration.scale", -1000, 1000, &c->cal_scale, e) ||
      nk_gguf_f32(g, "needle.calibration.bias", -1000, 1000, &c->cal_bias, e) || nk_gguf_f32(g, "needle.threshold", 0, 1, &c->threshold, e))
    return -1;
  c->beam = 1;
  if (nk_gguf_has_key(g, "needle.beam") && nk_gguf_u32(g, "needle.beam", 1, NK_MAX_BEAM, &c->beam, e)) return -1;
  if (c->d % 8) return nk_fail(e, "key needle.embedding_length: %u is no multiple of 8", c->d);
  if (c->head_dim % 8) return nk_fail(e, "key needle.attention.key_length: %u is no multiple of 8", c->head_dim);
  if (c->heads % c->kv_heads) return nk_fail(e, "key needle.attention.head_count_kv: %u does not divide %u", c->kv_heads, c->heads);
  return 0;
}

/* ---- tensors ---- */

/* A scale that is not finite would poison every later sum. */
static int check_scales(const nk_gguf_tensor *t, const char *name, nk_err *e) {
  size_t step = t->type == GGML_F16 ? 2 : t->type == GGML_Q8_0 ? 34 : 18;
  for (size_t i = 0; i < t->data.n; i += step)
    if ((t->data.p[i + 1] & 0x7c) == 0x7c) return nk_fail(e, "tensor %s: a value that is not finite at byte %zu", name, i);
  return 0;
}

static int bind_mat(nk_model *m, const char *name, uint32_t rows, uint32_t cols, nk_mat *out, nk_err *e) {
  const nk_gguf_tensor *t = nk_gguf_take(&m->gguf, name, WEIGHTS, rows, cols, e);
  if (!t || check_scales(t, name, e)) return -1;
  *out = (nk_mat){t->data.p, rows, cols, t->type};
  return 0;
}

/* 1-D tensors are copied: the file need not be aligned. */
static int bind_vec(nk_model *m, const char *name, uint32_t n, float **at, const float **out, nk_err *e) {
  const nk_gguf_tensor *t = nk_gguf_take(&m->gguf, name, 1u << GGML_F32, 1, n, e);
  if (!t) return -1;
  *out = *at;
  for (uint32_t i = 0; i < n; i++) {
    float f = nk_lef32(t->data.p + 4 * (size_t)i);
    if (!isfinite(f)) return nk_fail(e, "tensor %s: element %u is not finite", name, i);
    *(*at)++ = f;
  }
  return 0;
}

/* The tensors of one attention block are named PREFIX + part + ".weight"; the gate has no suffix. */
static int bind_attn(nk_model *m, const char *prefix, nk_attn *a, float **at, nk_err *e) {
  const nk_info *c = &m->info;
  uint32_t wide = c->heads * c->head_dim, narrow = c->kv_heads * c->head_dim;
  const struct { const char *part; uint32_t rows, cols; nk_mat *mat; } mats[] = {
      {"q", wide, c->d, &a->q}, {"k", narrow, c->d, &a->k}, {"v", narrow, c->d, &a->v}, {"o", c->d, wide, &a->o}};
  const struct { const char *part; uint32_t n; const float **vec; } vecs[] = {{"norm", c->d, &a->norm}, {"q_norm", c->head_dim, &a->q_norm}, {"k_norm", c->head_dim, &a->k_norm}};
  char name[64];
  const float *gate;
  for (int i = 0; i < 4; i++) {
    snprintf(name, sizeof name, "%s_%s.weight", prefix, mats[i].part);
    if (bind_mat(m, name, mats[i].rows, mats[i].cols, mats[i].mat, e)) return -1;
  }
  for (int i = 0; i < 3; i++) {
    snprintf(name, sizeof name, "%s_%s.weight", prefix, vecs[i].part);
    if (bind_vec(m, name, vecs[i].n, at, vecs[i].vec, e)) return -1;
  }
  snprintf(name, sizeof name, "%s_gate", prefix);
  if (bind_vec(m, name, 1, at, &gate, e)) return -1;
  a->gate = *gate;
  return 0;
}

static int bind_layers(nk_model *m, const char *format, nk_attn *a, uint32_t n, float **at, nk_err *e) {
  char prefix[40];
  for (uint32_t i = 0; i < n; i++) {
    snprintf(prefix, sizeof prefix, format, i);
    if (bind_attn(m, prefix, &a[i], at, e)) return -1;
  }
  return 0;
}

static int bind_tensors(nk_model *m, nk_err *e) {
  const nk_info *c = &m->info;
  size_t layers = (size_t)c->enc_layers + 2 * c->dec_layers;
  float *at = m->floats = calloc(layers * (c->d + 2 * c->head_dim + 1) + 3 * (size_t)c->d, sizeof *at);
  m->enc = calloc(layers, sizeof *m->enc);
  if (!at || !m->enc) return nk_fail(e, "out of memory");
  m->dec = m->enc + c->enc_layers;
  m->cross = m->dec + c->dec_layers;
  if (bind_mat(m, "token_embd.weight", c->vocab, c->d, &m->embed, e) || bind_layers(m, "enc.%u.attn", m->enc, c->enc_layers, &at, e) ||
      bind_layers(m, "dec.%u.attn", m->dec, c->dec_layers, &at, e) || bind_layers(m, "dec.%u.cross", m->cross, c->dec_layers, &at, e) ||
      bind_vec(m, "enc.output_norm.weight", c->d, &at, &m->enc_norm, e) || bind_vec(m, "dec.output_norm.weight", c->d, &at, &m->dec_norm, e))
    return -1;
  if (c->select_len && (bind_vec(m, "select.norm.weight", c->d, &at, &m->select_norm, e) || bind_mat(m, "select_q.weight", c->select_len, c->d, &m->select_q, e) ||
                        bind_mat(m, "select_b.weight", c->select_len, c->d, &m->select_b, e)))
    return -1;
  char name[64];
  for (size_t i = 0; i < m->gguf.n_tensor; i++)
    if (!m->gguf.tensor[i].used) return nk_fail(e, "tensor %s: not part of a needle model", nk_shown(m->gguf.tensor[i].name, name));
  return 0;
}

/* ---- memory ---- */

static void *carve(uint8_t *base, uint64_t *at, uint64_t bytes) {
  void *p = base ? base + (size_t)*at : NULL;
  *at += (bytes + 63) / 64 * 64;
  return p;
}

/* Run twice: with base NULL it only counts, in 64 bits: a file's sizes may ask for more than a small machine can address. */
static uint64_t plan(nk_model *m, uint8_t *base) {
  const nk_info *c = &m->info;
  nk_scratch *s = &m->s;
  size_t wide = (size_t)c->heads * c->head_dim, narrow = (size_t)c->kv_heads * c->head_dim, f = sizeof(float);
  uint64_t at = 0, layers = c->dec_layers;
  uint32_t encoded = c->query_tokens + (c->layout ? 0 : c->block_tokens);
  s->encoded = encoded;
  s->max_rows = encoded > c->block_tokens ? encoded : c->block_tokens;
  if (s->max_rows < NK_TILE) s->max_rows = NK_TILE;
  s->max_span = (c->layout ? (c->max_blocks + NK_MAX_FACTS) * c->block_tokens : 0) + s->max_rows + c->answer_tokens;
  s->wide = (uint32_t)(wide > c->d ? wide : c->d);
  s->x = carve(base, &at, s->max_rows * (size_t)c->d * f);
  s->act = carve(base, &at, NK_TILE * (size_t)s->wide * f);
  s->act_q = carve(base, &at, NK_TILE * (size_t)s->wide);
  s->act_s = carve(base, &at, NK_TILE * (size_t)(s->wide / 32 + 1) * f);
  s->q = carve(base, &at, NK_TILE * wide * f);
  s->k = carve(base, &at, NK_TILE * narrow * f);
  s->v = carve(base, &at, NK_TILE * narrow * f);
  s->head_q = carve(base, &at, NK_TILE * wide);
  s->head_f = carve(base, &at, NK_TILE * wide * f);
  s->head_s = carve(base, &at, NK_TILE * (size_t)c->heads * f);
  s->out = carve(base, &at, NK_TILE * (size_t)s->wide * f);
  s->scores = carve(base, &at, NK_ATT_ROWS * (size_t)s->max_span * f);
  s->row = carve(base, &at, s->wide * f);
  s->logits = carve(base, &at, c->vocab * f);
  s->probs = carve(base, &at, c->vocab * f);
  s->pooled = carve(base, &at, (c->d + (size_t)c->select_len) * f);
  s->own = carve(base, &at, nk_kv_bytes(m, s->max_rows));
  s->cross = carve(base, &at, layers * nk_kv_bytes(m, encoded));
  s->self = carve(base, &at, c->beam * layers * nk_kv_bytes(m, c->answer_tokens + 1));
  s->memory = carve(base, &at, layers * NK_MAX_PLAY * sizeof *s->memory);
  return at;
}

static void fill_rope(const nk_info *c, uint32_t first, uint32_t n, float *out) {
  uint32_t half = c->head_dim / 2;
  for (uint32_t i = 0; i < half; i++) {
    double freq = pow((double)c->rope_base, -(double)i / half);
    for (uint32_t p = 0; p < n; p++) {
      out[(size_t)p * c->head_dim + i] = (float)cos((first + p) * freq);
      out[(size_t)p * c->head_dim + half + i] = (float)sin((first + p) * freq);
    }
  }
}

static int plan_memory(nk_model *m, nk_err *e) {
  const nk_info *c = &m->info;
  uint64_t bytes = plan(m, NULL) + 63;
  if (bytes > SIZE_MAX) return nk_fail(e, "out of memory");
  m->arena = calloc(1, (size_t)bytes);
  m->rope_rows = m->s.max_rows > c->answer_tokens + 1 ? m->s.max_rows : c->answer_tokens + 1;
  m->rope_low = calloc((size_t)m->rope_rows * c->head_dim, sizeof(float));
  m->rope_query = calloc((size_t)c->query_tokens * c->head_dim, sizeof(float));
  if (!m->arena || !m->rope_low || !m->rope_query) return nk_fail(e, "out of memory");
  plan(m, (uint8_t *)(((uintptr_t)m->arena + 63) & ~(uintptr_t)63));
  fill_rope(c, 0, m->rope_rows, m->rope_low);
  if (c->layout) fill_rope(c, c->query_base, c->query_tokens, m->rope_query);
  m->cache.limit = m->opt.cache_bytes ? m->opt.cache_bytes : (size_t)(c->d <= 256 ? 4 : 16) << 20;
  return 0;
}

static int open_model(nk_model *m, const void *data, size_t size, nk_err *e) {
  const nk_gguf_kv *tokens;
  if (nk_gguf_parse(data, size, &m->gguf, e) || read_config(m, e) || nk_gguf_array(&m->gguf, "tokenizer.ggml.tokens", GGUF_STRING, 0, &tokens, e)) return -1;
  if (tokens->count < NK_FIRST_PIECE || tokens->count > 65536) return nk_fail(e, "key tokenizer.ggml.tokens: %llu tokens", (unsigned long long)tokens->count);
  m->info.vocab = (uint32_t)tokens->count;
  /* Tensors first: they bound every size below by the size of the file. */
  if (bind_tensors(m, e) || nk_tokenizer_open(&m->tok, &m->gguf, m->info.vocab, e) || plan_memory(m, e)) return -1;
  return nk_session_open(m, e) == NK_ok ? 0 : nk_fail(e, "out of memory");
}

EXPORT nk_status nk_model_open(const void *data, size_t size, const nk_options *opt, nk_model **out, char *err, size_t errlen) {
  nk_err e = {err, errlen};
  nk_model *m = calloc(1, sizeof *m);
  *out = NULL;
  if (err && errlen) err[0] = 0;
  if (!m) return nk_fail(&e, "out of memory"), NK_out_of_memory;
  m->opt.cpu_mask = ~0u;
  if (opt) m->opt = *opt;
  nk_ops_init(&m->ops, m->opt.cpu_mask);
  if (open_model(m, data, size, &e)) {
    nk_model_free(m);
    return err && errlen && !strcmp(err, "out of memory") ? NK_out_of_memory : NK_bad_weights;
  }
  nk_gguf_free(&m->gguf);
  *out = m;
  return NK_ok;
}

EXPORT void nk_model_free(nk_model *m) {
  if (!m) return;
  nk_session_free(m);
  nk_cache_free(m);
  nk_tokenizer_free(&m->tok);
  nk_gguf_free(&m->gguf);
  free(m->arena);
  free(m->rope_low);
  free(m->rope_query);
  free(m->floats);
  free(m->enc);
  free(m);
}

EXPORT const nk_info *nk_model_info(const nk_model *m) { return &m->info; }
EXPORT const char *nk_model_isa(const nk_model *m) { return m->opt.use_f32 ? "f32" : m->ops.isa; }

EXPORT size_t nk_tokenize(const nk_model *m, const char *text, size_t len, uint32_t *ids, size_t cap) {
  size_t n;
  return nk_tokenizer_encode(&m->tok, (const uint8_t *)text, len, ids, cap, &n) ? 0 : n;
}

EXPORT void nk_model_stats(const nk_model *m, nk_stats *out) {
  *out = (nk_stats){m->calls, m->tokens, m->cache.evictions, m->cache.n, m->cache.bytes, m->cache.limit};
}
