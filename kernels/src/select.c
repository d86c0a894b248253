/* The question: encoded with the blocks in play, which are chosen on the way. */
#include <math.h>
#include <string.h>

#include "internal.h"

#define MAX_WORDS 256

typedef struct { float score; uint32_t tool; } ranked;

static float score_of(const nk_model *m, const nk_block *b, const float *vector, const uint32_t *words, uint32_t n_words) {
  float sum = 0;
  if (b->pooled)
    for (uint32_t i = 0; i < m->info.select_len; i++) sum += vector[i] * b->pooled[i];
  else
    for (uint32_t i = 0, k = 0; i < n_words && k < b->n_words;) {
      sum += words[i] == b->words[k];
      if (words[i] <= b->words[k]) i++;
      else k++;
    }
  return sum == sum ? sum : -INFINITY; /* NaN has no place in an order */
}

/* Before: more, then the lower BlockId, so that the order of tools cannot matter. */
static int before(const nk_question *q, ranked a, ranked b) {
  if (a.score != b.score) return a.score > b.score;
  return q->tools[a.tool]->id < q->tools[b.tool]->id;
}

/* Flags the best max_blocks tools. The question's rows before from_layer are in s.x. */
static void choose(nk_model *m, const nk_question *q, uint8_t *in_play) {
  ranked best[NK_MAX_BLOCKS];
  uint32_t words[MAX_WORDS], n_words = 0, n = 0, max = m->info.max_blocks;
  float *vector = m->s.pooled + m->info.d;
  memset(in_play, !m->info.layout || q->n_tools <= max, q->n_tools);
  if (!m->info.layout || q->n_tools <= max) return;
  if (m->info.select_len) nk_pool_rows(m, q->n_query, &m->select_q, vector);
  else n_words = nk_words_of(q->text, q->text_len, words, MAX_WORDS);
  for (uint32_t i = 0; i < q->n_tools; i++) {
    ranked r = {score_of(m, q->tools[i], vector, words, n_words), i};
    if (n == max && !before(q, r, best[n - 1])) continue;
    uint32_t at = n < max ? n++ : n - 1;
    for (; at && before(q, r, best[at - 1]); at--) best[at] = best[at - 1];
    best[at] = r;
  }
  for (uint32_t i = 0; i < n; i++) in_play[best[i].tool] = 1;
}

/* Adds a block in ascending order of ids, once; pins it. */
static nk_status add_once(nk_model *m, nk_block **play, uint32_t *n, nk_block *b) {
  uint32_t at = *n, max = m->info.layout ? m->info.max_blocks + NK_MAX_FACTS : NK_MAX_PLAY - 1;
  while (at && play[at - 1]->id > b->id) at--;
  if (at && play[at - 1] == b) return NK_ok;
  if (*n == max) return NK_too_many_blocks;
  memmove(play + at + 1, play + at, (*n - at) * sizeof *play);
  play[at] = b;
  b->pinned = 1;
  ++*n;
  return NK_ok;
}

static nk_status gather(nk_model *m, const nk_question *q, const uint8_t *in_play, nk_block **play, uint32_t *n) {
  nk_status s = NK_ok;
  *n = 0;
  for (uint32_t i = 0; i < q->n_tools && !s; i++)
    if (in_play[i]) s = add_once(m, play, n, q->tools[i]);
  for (uint32_t i = 0; i < q->n_facts && !s; i++) s = add_once(m, play, n, q->facts[i]);
  return s;
}

void nk_unpin(nk_model *m) {
  for (uint32_t i = 0; i < m->cache.n; i++) m->cache.block[i]->pinned = 0;
}

static nk_status asked(const nk_question *q) { return q->stop ? q->stop(q->stop_arg) : NK_ok; }

/* Layers lo .. hi of the rows in s.x. */
static nk_status layers(nk_model *m, const nk_question *q, uint32_t lo, uint32_t hi, uint32_t rows, nk_block **play, uint32_t n_play) {
  nk_kv seg[NK_MAX_PLAY], own = nk_kv_at(m, m->s.own, 0, m->s.max_rows, rows);
  nk_status s = NK_ok;
  for (uint32_t i = lo; i < hi && !s; i++) {
    for (uint32_t b = 0; b < n_play; b++) seg[b] = nk_block_kv(m, play[b], i - m->info.from_layer);
    nk_encoder_layer(m, i, rows, m->info.layout ? m->info.query_base : 0, own, seg, n_play);
    s = asked(q);
  }
  return s;
}

/* What the decoder attends to: blocks in play, then the rows in s.x. */
static void set_memory(nk_model *m, uint32_t rows, nk_block **play, uint32_t n_play) {
  uint32_t kept = m->info.enc_layers - m->info.from_layer;
  nk_kv *at = m->s.memory;
  nk_cross_rows(m, rows, m->s.cross, 0, m->s.encoded);
  for (uint32_t i = 0; i < m->info.dec_layers; i++) {
    for (uint32_t b = 0; b < n_play; b++) *at++ = nk_block_kv(m, play[b], kept + i);
    *at++ = nk_kv_at(m, m->s.cross, i, m->s.encoded, rows);
  }
  m->s.n_memory = n_play + 1;
}

static nk_status encode_joint(nk_model *m, const nk_question *q, nk_block **play, uint32_t n_play) {
  uint32_t rows = q->n_query, ids[NK_TILE];
  nk_embed_rows(m, q->query, rows, m->s.x);
  for (uint32_t b = 0; b < n_play; b++)
    for (uint32_t t = 0; t < play[b]->n; t += NK_TILE) {
      uint32_t n = play[b]->n - t < NK_TILE ? play[b]->n - t : NK_TILE;
      if (rows + n > m->s.encoded) return NK_too_many_blocks;
      for (uint32_t i = 0; i < n; i++) ids[i] = play[b]->ids[t + i];
      nk_embed_rows(m, ids, n, m->s.x + (size_t)rows * m->info.d);
      rows += n;
    }
  nk_status s = layers(m, q, 0, m->info.enc_layers, rows, NULL, 0);
  if (!s) set_memory(m, rows, NULL, 0);
  return s;
}

static nk_status encode_catalogue(nk_model *m, const nk_question *q, uint8_t *in_play) {
  nk_block *play[NK_MAX_PLAY];
  uint32_t n_play = 0, missing = 1;
  nk_status s = NK_ok;
  while (missing && !s) { /* a second round when evicted blocks had to be made again: that uses s.x */
    nk_embed_rows(m, q->query, q->n_query, m->s.x);
    if ((s = layers(m, q, 0, m->info.from_layer, q->n_query, NULL, 0))) break;
    if (!n_play) choose(m, q, in_play);
    if (!n_play && (s = gather(m, q, in_play, play, &n_play))) break;
    missing = 0;
    for (uint32_t b = 0; b < n_play && !s; b++)
      if (!play[b]->kv && !(s = asked(q))) missing = 1, s = nk_block_make(m, play[b]);
  }
  if (!s) s = layers(m, q, m->info.from_layer, m->info.enc_layers, q->n_query, play, n_play);
  if (!s) set_memory(m, q->n_query, play, n_play);
  return s;
}

nk_status nk_encode_question(nk_model *m, const nk_question *q, uint8_t *in_play) {
  nk_block *play[NK_MAX_PLAY];
  uint32_t n_play;
  if (q->n_facts > NK_MAX_PLAY - 1) return NK_too_many_blocks;
  if (m->info.layout) return encode_catalogue(m, q, in_play);
  memset(in_play, 1, q->n_tools);
  nk_status s = gather(m, q, in_play, play, &n_play);
  return s ? s : encode_joint(m, q, play, n_play);
}
