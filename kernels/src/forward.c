/* The network: linear maps, norms, attention over blocks, encoder and decoder layers. */
#include <math.h>
#include <string.h>

#include "internal.h"

/* ---- linear maps ---- */

static void dequantise_row(const nk_mat *w, uint32_t r, float *out) {
  if (w->type == GGML_F16) {
    const uint8_t *p = w->data + (size_t)r * w->cols * 2;
    for (uint32_t i = 0; i < w->cols; i++) out[i] = nk_half((uint16_t)(p[2 * i] | p[2 * i + 1] << 8));
    return;
  }
  size_t size = w->type == GGML_Q8_0 ? 34 : 18;
  const uint8_t *p = w->data + (size_t)r * (w->cols / 32) * size;
  for (uint32_t b = 0; b < w->cols / 32; b++, p += size, out += 32) {
    float d = nk_half((uint16_t)(p[0] | p[1] << 8));
    for (int i = 0; i < 32; i++)
      out[i] = d * (float)(size == 34 ? (int8_t)p[2 + i] : (i < 16 ? p[2 + i] & 15 : p[2 + i - 16] >> 4) - 8);
  }
}

/* Gets the rows of s.act ready for linear(). */
static void ready(nk_model *m, uint32_t rows, uint32_t cols) {
  if (m->opt.use_f32 || cols % 32) return; /* odd widths only go with F16 weights, which read floats */
  m->ops.quantise(m->s.act, rows * cols, m->s.act_q, m->s.act_s);
}

static void linear_f32(nk_model *m, const nk_mat *w, uint32_t rows, float *out, uint32_t stride) {
  for (uint32_t r = 0; r < w->rows; r++) {
    dequantise_row(w, r, m->s.row);
    for (uint32_t t = 0; t < rows; t++) {
      const float *x = m->s.act + (size_t)t * w->cols;
      float lane[8] = {0};
      for (uint32_t i = 0; i < w->cols; i += 8)
        for (uint32_t j = 0; j < 8; j++) lane[j] += m->s.row[i + j] * x[i + j];
      out[(size_t)t * stride + r] = nk_sum8(lane);
    }
  }
}

static void linear(nk_model *m, const nk_mat *w, uint32_t rows, float *out, uint32_t stride) {
  if (m->opt.use_f32) linear_f32(m, w, rows, out, stride);
  else if (w->type == GGML_F16) m->ops.linear_f16(w->data, w->rows, w->cols, m->s.act, rows, out, stride);
  else (w->type == GGML_Q8_0 ? m->ops.linear_q8 : m->ops.linear_q4)(w->data, w->rows, w->cols, m->s.act_q, m->s.act_s, rows, out, stride);
}

static void norm(const nk_model *m, const float *x, const float *w, uint32_t n, float *out) {
  float r = 1.0f / sqrtf(m->ops.sum_squares(x, n) / (float)n + m->info.eps);
  for (uint32_t i = 0; i < n; i++) out[i] = (x[i] * r) * w[i];
}

/* s.act = norm of rows at x, ready for linear(). */
static void norm_rows(nk_model *m, const float *x, const float *w, uint32_t rows) {
  uint32_t d = m->info.d;
  for (uint32_t t = 0; t < rows; t++) norm(m, x + (size_t)t * d, w, d, m->s.act + (size_t)t * d);
  ready(m, rows, d);
}

void nk_embed_rows(nk_model *m, const uint32_t *ids, uint32_t n, float *x) {
  float scale = sqrtf((float)m->info.d);
  for (uint32_t t = 0; t < n; t++, x += m->info.d) {
    dequantise_row(&m->embed, ids[t], x);
    for (uint32_t i = 0; i < m->info.d; i++) x[i] *= scale;
  }
}

/* ---- keys and values ---- */

static size_t head_bytes(const nk_model *m, uint32_t cap) { return (size_t)cap * (m->opt.use_f32 ? 8 * m->info.head_dim : 2 * m->info.head_dim + 8); }
size_t nk_kv_bytes(const nk_model *m, uint32_t tokens) { return m->info.kv_heads * head_bytes(m, tokens); }
nk_kv nk_kv_at(const nk_model *m, uint8_t *base, uint32_t layer, uint32_t cap, uint32_t n) { return (nk_kv){base + layer * nk_kv_bytes(m, cap), cap, n}; }

typedef struct { int8_t *k, *v; float *ks, *vs, *kf, *vf; } kv_head;

static kv_head head_of(const nk_model *m, const nk_kv *kv, uint32_t head) {
  uint8_t *p = kv->base + head * head_bytes(m, kv->cap);
  size_t codes = (size_t)kv->cap * m->info.head_dim;
  if (m->opt.use_f32) return (kv_head){.kf = (float *)(void *)p, .vf = (float *)(void *)p + codes};
  return (kv_head){.k = (int8_t *)p, .v = (int8_t *)p + codes, .ks = (float *)(void *)(p + 2 * codes), .vs = (float *)(void *)(p + 2 * codes) + kv->cap};
}

static void copy_head(const nk_model *m, kv_head to, kv_head from, uint32_t n) {
  size_t codes = (size_t)n * m->info.head_dim;
  if (m->opt.use_f32) {
    memcpy(to.kf, from.kf, codes * sizeof(float));
    memcpy(to.vf, from.vf, codes * sizeof(float));
    return;
  }
  memcpy(to.k, from.k, codes);
  memcpy(to.v, from.v, codes);
  memcpy(to.ks, from.ks, n * sizeof(float));
  memcpy(to.vs, from.vs, n * sizeof(float));
}

void nk_self_copy(const nk_model *m, uint8_t *to, uint8_t *from, uint32_t n) {
  uint32_t cap = m->info.answer_tokens + 1;
  for (uint32_t i = 0; i < m->info.dec_layers; i++) {
    nk_kv a = nk_kv_at(m, to, i, cap, n), b = nk_kv_at(m, from, i, cap, n);
    for (uint32_t g = 0; g < m->info.kv_heads; g++) copy_head(m, head_of(m, &a, g), head_of(m, &b, g), n);
  }
}

/* The cosines of position pos. Positions past the low table are the question's. */
static const float *rope_of(const nk_model *m, uint32_t pos) {
  uint32_t hd = m->info.head_dim;
  return pos < m->rope_rows ? m->rope_low + (size_t)pos * hd : m->rope_query + (size_t)(pos - m->info.query_base) * hd;
}

static void rotate(float *x, const float *rope, uint32_t hd) {
  uint32_t half = hd / 2;
  for (uint32_t i = 0; i < half; i++) {
    float a = x[i], b = x[half + i];
    x[i] = a * rope[i] - b * rope[half + i];
    x[half + i] = b * rope[i] + a * rope[half + i];
  }
}

/* s.act (rows) -> keys and values at kv[at ..]. pos < 0: no rotation. */
static void put_kv(nk_model *m, const nk_attn *w, uint32_t rows, int64_t pos, const nk_kv *kv, uint32_t at) {
  uint32_t hd = m->info.head_dim, wide = m->info.kv_heads * hd;
  linear(m, &w->k, rows, m->s.k, wide);
  linear(m, &w->v, rows, m->s.v, wide);
  for (uint32_t g = 0; g < m->info.kv_heads; g++) {
    kv_head h = head_of(m, kv, g);
    for (uint32_t t = 0; t < rows; t++) {
      float *k = m->s.k + (size_t)t * wide + g * hd, *v = m->s.v + (size_t)t * wide + g * hd;
      size_t to = (size_t)(at + t) * hd;
      norm(m, k, w->k_norm, hd, k);
      if (pos >= 0) rotate(k, rope_of(m, (uint32_t)pos + t), hd);
      if (m->opt.use_f32) {
        memcpy(h.kf + to, k, hd * sizeof *k);
        memcpy(h.vf + to, v, hd * sizeof *v);
      } else {
        m->ops.quantise_head(k, hd, h.k + to, h.ks + at + t);
        m->ops.quantise_head(v, hd, h.v + to, h.vs + at + t);
      }
    }
  }
}

/* s.act (rows) -> query rows in head_f / head_q, grouped by key/value head: row (g, t, j). */
static void put_q(nk_model *m, const nk_attn *w, uint32_t rows, int64_t pos) {
  uint32_t hd = m->info.head_dim, heads = m->info.heads, per = heads / m->info.kv_heads;
  float scale = 1.0f / sqrtf((float)hd);
  linear(m, &w->q, rows, m->s.q, heads * hd);
  for (uint32_t t = 0; t < rows; t++)
    for (uint32_t h = 0; h < heads; h++) {
      size_t to = (size_t)(h / per) * rows * per + (size_t)t * per + h % per;
      float *q = m->s.head_f + to * hd;
      norm(m, m->s.q + ((size_t)t * heads + h) * hd, w->q_norm, hd, q);
      if (pos >= 0) rotate(q, rope_of(m, (uint32_t)pos + t), hd);
      for (uint32_t i = 0; i < hd; i++) q[i] *= scale;
      if (!m->opt.use_f32) m->ops.quantise_head(q, hd, m->s.head_q + to * hd, m->s.head_s + to);
    }
}

/* ---- attention ---- */

static void scores_f32(const float *q, uint32_t nq, const float *k, uint32_t nk, uint32_t hd, float *out, uint32_t stride) {
  for (uint32_t r = 0; r < nq; r++)
    for (uint32_t t = 0; t < nk; t++) {
      float lane[8] = {0};
      for (uint32_t c = 0; c < hd; c++) lane[c % 8] += q[r * hd + c] * k[(size_t)t * hd + c];
      out[(size_t)r * stride + t] = nk_sum8(lane);
    }
}

static void weigh_f32(const float *p, uint32_t nq, uint32_t stride, const float *v, uint32_t nk, uint32_t hd, float *out) {
  for (uint32_t r = 0; r < nq; r++)
    for (uint32_t t = 0; t < nk; t++)
      for (uint32_t c = 0; c < hd; c++) out[r * hd + c] += p[(size_t)r * stride + t] * v[(size_t)t * hd + c];
}

typedef struct { const nk_kv *seg; uint32_t n_seg, span, head, first, n; } att_part; /* query rows first .. first + n of key/value head `head` */

static void score_part(nk_model *m, const att_part *a, size_t row) {
  uint32_t hd = m->info.head_dim, at = 0;
  for (uint32_t i = 0; i < a->n_seg; at += a->seg[i++].n) {
    kv_head h = head_of(m, &a->seg[i], a->head);
    if (m->opt.use_f32) scores_f32(m->s.head_f + row * hd, a->n, h.kf, a->seg[i].n, hd, m->s.scores + at, a->span);
    else m->ops.scores(m->s.head_q + row * hd, m->s.head_s + row, a->n, h.k, h.ks, a->seg[i].n, hd, m->s.scores + at, a->span);
  }
}

static void weigh_part(nk_model *m, const att_part *a, size_t row) {
  uint32_t hd = m->info.head_dim, at = 0;
  float *out = m->s.out + row * hd;
  memset(out, 0, (size_t)a->n * hd * sizeof *out);
  for (uint32_t i = 0; i < a->n_seg; at += a->seg[i++].n) {
    kv_head h = head_of(m, &a->seg[i], a->head);
    if (m->opt.use_f32) weigh_f32(m->s.scores + at, a->n, a->span, h.vf, a->seg[i].n, hd, out);
    else m->ops.weigh(m->s.scores + at, a->n, a->span, h.v, h.vs, a->seg[i].n, hd, out);
  }
}

/* Query rows of a tile over all segments, one softmax; hidden: how many of the last keys row t of the tile must not see is hidden - t (causal), or 0. */
static void attend(nk_model *m, uint32_t rows, const nk_kv *seg, uint32_t n_seg, uint32_t hidden) {
  uint32_t per = m->info.heads / m->info.kv_heads, total = rows * per, span = 0;
  for (uint32_t i = 0; i < n_seg; i++) span += seg[i].n;
  for (uint32_t g = 0; g < m->info.kv_heads; g++)
    for (uint32_t first = 0; first < total; first += NK_ATT_ROWS) {
      att_part a = {seg, n_seg, span, g, first, total - first < NK_ATT_ROWS ? total - first : NK_ATT_ROWS};
      size_t row = (size_t)g * total + first;
      score_part(m, &a, row);
      for (uint32_t r = 0; r < a.n; r++) {
        uint32_t t = (first + r) / per, cut = hidden > t ? hidden - t : 0;
        float *p = m->s.scores + (size_t)r * span, max, sum = m->ops.exps(p, span - cut, &max), inv = 1.0f / sum;
        for (uint32_t i = 0; i < span - cut; i++) p[i] *= inv;
        memset(p + span - cut, 0, cut * sizeof *p);
      }
      weigh_part(m, &a, row);
    }
}

/* x += gate * Wo . attention output of the tile. */
static void close_tile(nk_model *m, const nk_attn *w, uint32_t rows, float *x) {
  uint32_t hd = m->info.head_dim, heads = m->info.heads, per = heads / m->info.kv_heads, d = m->info.d;
  for (uint32_t t = 0; t < rows; t++)
    for (uint32_t h = 0; h < heads; h++)
      memcpy(m->s.act + ((size_t)t * heads + h) * hd, m->s.out + ((size_t)(h / per) * rows * per + (size_t)t * per + h % per) * hd, hd * sizeof(float));
  ready(m, rows, heads * hd);
  linear(m, &w->o, rows, m->s.out, d);
  for (size_t i = 0; i < (size_t)rows * d; i++) x[i] += w->gate * m->s.out[i];
}

static uint32_t tile_at(uint32_t t, uint32_t rows) { return rows - t < NK_TILE ? rows - t : NK_TILE; }

void nk_encoder_layer(nk_model *m, uint32_t layer, uint32_t rows, uint32_t pos, nk_kv own, const nk_kv *blocks, uint32_t n_blocks) {
  const nk_attn *w = &m->enc[layer];
  nk_kv seg[NK_MAX_PLAY];
  for (uint32_t t = 0; t < rows; t += NK_TILE) {
    norm_rows(m, m->s.x + (size_t)t * m->info.d, w->norm, tile_at(t, rows));
    put_kv(m, w, tile_at(t, rows), pos + t, &own, t);
  }
  if (n_blocks) memcpy(seg, blocks, n_blocks * sizeof *seg);
  seg[n_blocks] = own;
  for (uint32_t t = 0; t < rows; t += NK_TILE) {
    float *x = m->s.x + (size_t)t * m->info.d;
    norm_rows(m, x, w->norm, tile_at(t, rows));
    put_q(m, w, tile_at(t, rows), pos + t);
    attend(m, tile_at(t, rows), seg, n_blocks + 1, 0);
    close_tile(m, w, tile_at(t, rows), x);
  }
}

void nk_pool_rows(nk_model *m, uint32_t rows, const nk_mat *head, float *out) {
  uint32_t d = m->info.d, s = m->info.select_len;
  float *mean = m->s.pooled;
  memset(mean, 0, d * sizeof *mean);
  for (uint32_t t = 0; t < rows; t++) {
    norm(m, m->s.x + (size_t)t * d, m->select_norm, d, m->s.act);
    for (uint32_t i = 0; i < d; i++) mean[i] += m->s.act[i];
  }
  for (uint32_t i = 0; i < d; i++) m->s.act[i] = mean[i] / (float)rows;
  ready(m, 1, d);
  linear(m, head, 1, out, s);
  float len = sqrtf(m->ops.sum_squares(out, s));
  for (uint32_t i = 0; i < s; i++) out[i] = len > 1e-12f ? out[i] / len : 0;
}

void nk_cross_rows(nk_model *m, uint32_t rows, uint8_t *base, uint32_t first_layer, uint32_t cap) {
  for (uint32_t t = 0; t < rows; t += NK_TILE) {
    norm_rows(m, m->s.x + (size_t)t * m->info.d, m->enc_norm, tile_at(t, rows));
    for (uint32_t i = 0; i < m->info.dec_layers; i++) {
      nk_kv kv = nk_kv_at(m, base, first_layer + i, cap, rows);
      put_kv(m, &m->cross[i], tile_at(t, rows), -1, &kv, t);
    }
  }
}

void nk_decode_rows(nk_model *m, const uint32_t *ids, uint32_t n, uint32_t past, uint32_t want, float *out) {
  uint32_t d = m->info.d, cap = m->info.answer_tokens + 1;
  float *x = m->s.x;
  nk_embed_rows(m, ids, n, x);
  for (uint32_t i = 0; i < m->info.dec_layers; i++) {
    nk_kv self = nk_kv_at(m, m->s.self, i, cap, past + n);
    norm_rows(m, x, m->dec[i].norm, n);
    put_kv(m, &m->dec[i], n, past, &self, past);
    put_q(m, &m->dec[i], n, past);
    attend(m, n, &self, 1, n - 1);
    close_tile(m, &m->dec[i], n, x);
    norm_rows(m, x, m->cross[i].norm, n);
    put_q(m, &m->cross[i], n, -1);
    attend(m, n, m->s.memory + (size_t)i * m->s.n_memory, m->s.n_memory, 0);
    close_tile(m, &m->cross[i], n, x);
  }
  if (!want) return;
  norm_rows(m, x + (size_t)(n - want) * d, m->dec_norm, want);
  linear(m, &m->embed, want, out, m->info.vocab);
}
