/* Blocks: their ids, their keys and values, least recently used out first.
 *
 * A block's tokens and selection vector are light and stay; its keys and values are heavy, go first, and are made again when a request needs them. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sha256.h"

#define EXPORT __attribute__((visibility("default")))

static uint32_t layers_kept(const nk_model *m) { return m->info.enc_layers - m->info.from_layer + m->info.dec_layers; }

static size_t light_bytes(const nk_model *m, const nk_block *b) {
  return sizeof *b + (b->n + 1) / 2 * 4 + b->n_words * sizeof *b->words + m->info.select_len * sizeof(float);
}

/* In 64 bits: before it is known to be below the cap it may be more than a small machine can address. */
static uint64_t heavy_bytes(const nk_model *m, const nk_block *b) { return (uint64_t)layers_kept(m) * nk_kv_bytes(m, b->n); }

nk_kv nk_block_kv(const nk_model *m, const nk_block *b, uint32_t layer) { return nk_kv_at(m, b->kv, layer, b->n, b->n); }

/* Index of the first block whose id is not below `id`. */
static uint32_t place_of(const nk_cache *c, uint64_t id) {
  uint32_t lo = 0, hi = c->n;
  while (lo < hi) {
    uint32_t mid = (lo + hi) / 2;
    if (c->block[mid]->id < id) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

nk_block *nk_cache_find(nk_model *m, uint64_t id) {
  uint32_t i = place_of(&m->cache, id);
  if (i == m->cache.n || m->cache.block[i]->id != id) return NULL;
  m->cache.block[i]->used = ++m->cache.tick;
  return m->cache.block[i];
}

static void drop_heavy(nk_model *m, nk_block *b) {
  if (!b->kv) return;
  free(b->kv);
  b->kv = NULL;
  m->cache.bytes -= (size_t)heavy_bytes(m, b);
  m->cache.evictions++;
}

/* The unpinned block used longest ago; heavy: among those that hold keys and values. */
static uint32_t oldest(const nk_cache *c, int heavy) {
  uint32_t best = UINT32_MAX;
  for (uint32_t i = 0; i < c->n; i++)
    if (!c->block[i]->pinned && (!heavy || c->block[i]->kv) && (best == UINT32_MAX || c->block[i]->used < c->block[best]->used)) best = i;
  return best;
}

static void drop_block(nk_model *m, uint32_t i) {
  nk_cache *c = &m->cache;
  drop_heavy(m, c->block[i]);
  c->light -= light_bytes(m, c->block[i]);
  free(c->block[i]);
  memmove(c->block + i, c->block + i + 1, (--c->n - i) * sizeof *c->block);
}

void nk_cache_free(nk_model *m) {
  while (m->cache.n) drop_block(m, m->cache.n - 1);
  free(m->cache.block);
}

static nk_status make_room(nk_model *m, uint64_t bytes) {
  if (bytes > m->cache.limit) return NK_too_many_blocks;
  while (m->cache.bytes > m->cache.limit - bytes) {
    uint32_t i = oldest(&m->cache, 1);
    if (i == UINT32_MAX) return NK_too_many_blocks;
    drop_heavy(m, m->cache.block[i]);
  }
  return NK_ok;
}

static void encode_block(nk_model *m, nk_block *b) {
  const nk_info *c = &m->info;
  uint32_t ids[NK_TILE];
  for (uint32_t t = 0; t < b->n; t += NK_TILE) {
    uint32_t n = b->n - t < NK_TILE ? b->n - t : NK_TILE;
    for (uint32_t i = 0; i < n; i++) ids[i] = b->ids[t + i];
    nk_embed_rows(m, ids, n, m->s.x + (size_t)t * c->d);
  }
  for (uint32_t i = 0; i <= c->enc_layers; i++) {
    if (i == c->from_layer && b->pooled) nk_pool_rows(m, b->n, &m->select_b, b->pooled);
    if (i == c->enc_layers) break;
    nk_kv own = i < c->from_layer ? nk_kv_at(m, m->s.own, 0, m->s.max_rows, b->n) : nk_block_kv(m, b, i - c->from_layer);
    nk_encoder_layer(m, i, b->n, 0, own, NULL, 0);
  }
  nk_cross_rows(m, b->n, b->kv, c->enc_layers - c->from_layer, b->n);
}

nk_status nk_block_make(nk_model *m, nk_block *b) {
  if (b->kv || !m->info.layout) return NK_ok;
  uint64_t bytes = heavy_bytes(m, b);
  nk_status s = make_room(m, bytes);
  if (s) return s;
  b->kv = malloc((size_t)bytes);
  if (!b->kv) return NK_out_of_memory;
  m->cache.bytes += (size_t)bytes;
  encode_block(m, b);
  return NK_ok;
}

/* ---- registration ---- */

uint32_t nk_words_of(const uint8_t *p, size_t n, uint32_t *out, uint32_t cap) {
  uint32_t count = 0, h = 2166136261u, in = 0;
  for (size_t i = 0; i <= n; i++) {
    uint8_t b = i < n ? p[i] : ' ';
    b = b >= 'A' && b <= 'Z' ? b + 32 : b;
    if (b >= 0x80 || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9')) {
      h = (h ^ b) * 16777619u;
      in = 1;
      continue;
    }
    uint32_t k = 0;
    while (k < count && out[k] < h) k++;
    if (in && count < cap && (k == count || out[k] != h)) {
      memmove(out + k + 1, out + k, (count++ - k) * sizeof *out);
      out[k] = h;
    }
    h = 2166136261u;
    in = 0;
  }
  return count;
}

/* Ids of a block text: parts divided by U+001E, each a head, U+001F, a tail. */
static nk_status block_ids(const nk_model *m, int kind, const uint8_t *p, size_t len, uint32_t *ids, uint32_t *n) {
  uint32_t cap = m->info.block_tokens;
  size_t start = 0, k;
  int tail = 0;
  *n = 0;
  ids[(*n)++] = kind ? NK_FACT : NK_TOOLS;
  for (size_t i = 0; i <= len; i++) {
    uint8_t b = i < len ? p[i] : 0x1e;
    if (b >= 0x20 && b != 0x7f) continue;
    if (b != (tail ? 0x1e : 0x1f)) return NK_bad_text;
    if (nk_tokenizer_encode(&m->tok, p + start, i - start, ids + *n, cap - *n, &k)) return NK_out_of_memory;
    if (k > cap - *n || (i < len && k == cap - *n)) return NK_block_too_long;
    *n += (uint32_t)k;
    if (i < len) ids[(*n)++] = tail ? NK_ARG : NK_VAL;
    tail = !tail;
    start = i + 1;
  }
  return NK_ok;
}

static uint64_t block_id(const nk_model *m, int kind, const char *text, size_t len) {
  nk_sha256 s;
  uint8_t out[32], k = (uint8_t)kind;
  nk_sha256_init(&s);
  nk_sha256_add(&s, m->opt.model_hash, 32);
  nk_sha256_add(&s, &k, 1);
  nk_sha256_add(&s, text, len);
  nk_sha256_end(&s, out);
  return nk_le64(out);
}

/* A block without keys and values, put in its place in the table. */
static nk_block *add_block(nk_model *m, uint64_t id, int kind, const uint32_t *ids, uint32_t n, const uint32_t *words, uint32_t n_words) {
  nk_cache *c = &m->cache;
  nk_block shape = {.n = n, .n_words = n_words}, *b, **table;
  size_t bytes = light_bytes(m, &shape);
  for (uint32_t i; c->light + bytes > c->limit / 4 && (i = oldest(c, 0)) != UINT32_MAX;) drop_block(m, i);
  if (c->n == c->cap) {
    table = realloc(c->block, (c->cap + 64) * sizeof *table);
    if (!table) return NULL;
    c->block = table;
    c->cap += 64;
  }
  if (!(b = calloc(1, bytes))) return NULL;
  *b = (nk_block){.id = id, .n = n, .n_words = n_words, .kind = kind, .used = ++c->tick};
  b->words = (uint32_t *)(b + 1);
  b->pooled = m->info.select_len ? (float *)(b->words + n_words) : NULL;
  b->ids = (uint16_t *)(b->words + n_words + m->info.select_len);
  for (uint32_t i = 0; i < n; i++) b->ids[i] = (uint16_t)ids[i];
  memcpy(b->words, words, n_words * sizeof *words);
  uint32_t at = place_of(c, id);
  memmove(c->block + at + 1, c->block + at, (c->n++ - at) * sizeof *c->block);
  c->block[at] = b;
  c->light += bytes;
  return b;
}

static nk_status register_new(nk_model *m, int kind, const char *text, size_t len, uint64_t id, nk_block **out) {
  uint32_t cap = m->info.block_tokens, n = 0, *ids = malloc(cap * sizeof *ids), *words = malloc(cap * sizeof *words);
  nk_status s = NK_out_of_memory;
  if (!ids || !words) goto done;
  if ((s = block_ids(m, kind, (const uint8_t *)text, len, ids, &n))) goto done;
  *out = add_block(m, id, kind, ids, n, words, nk_words_of((const uint8_t *)text, len, words, cap));
  if (!*out) s = NK_out_of_memory;
  else if ((s = nk_block_make(m, *out))) drop_block(m, place_of(&m->cache, id));
done:
  free(ids);
  free(words);
  return s;
}

EXPORT nk_status nk_block_register(nk_model *m, int kind, const char *text, size_t len, uint64_t *id, uint32_t *tokens, int *fresh) {
  if (len > 1u << 20 || !nk_utf8_valid((const uint8_t *)text, len) || kind < 0 || kind > 1) return NK_bad_text;
  *id = block_id(m, kind, text, len);
  nk_block *b = nk_cache_find(m, *id);
  *fresh = !b;
  nk_status s = b ? NK_ok : register_new(m, kind, text, len, *id, &b);
  if (!s) *tokens = b->n;
  return s;
}
