/* SentencePiece BPE with byte fallback, as sentencepiece does it: identity normalisation, dummy prefix, extra spaces removed. */
#include "tokenizer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPACE "\xe2\x96\x81" /* U+2581 */

int nk_utf8_lead(uint8_t b, uint8_t *lo, uint8_t *hi) {
  *lo = 0x80;
  *hi = 0xbf;
  if (b < 0x80) return 0;
  if (b < 0xc2 || b > 0xf4) return -1;
  if (b < 0xe0) return 1;
  if (b == 0xe0) *lo = 0xa0;
  if (b == 0xed) *hi = 0x9f;
  if (b == 0xf0) *lo = 0x90;
  if (b == 0xf4) *hi = 0x8f;
  return b < 0xf0 ? 2 : 3;
}

int nk_utf8_valid(const uint8_t *p, size_t n) {
  for (size_t i = 0; i < n;) {
    uint8_t lo, hi;
    int need = nk_utf8_lead(p[i++], &lo, &hi);
    if (need < 0 || (size_t)need > n - i) return 0;
    for (; need; need--, i++, lo = 0x80, hi = 0xbf)
      if (p[i] < lo || p[i] > hi) return 0;
  }
  return 1;
}

static uint32_t hash_bytes(const uint8_t *p, size_t n) {
  uint32_t h = 2166136261u;
  for (size_t i = 0; i < n; i++) h = (h ^ p[i]) * 16777619u;
  return h ^ h >> 15;
}

static int64_t piece_id(const nk_tokenizer *t, const uint8_t *p, size_t n) {
  if (!n || n > t->longest) return -1;
  for (uint32_t i = hash_bytes(p, n) & t->mask; t->hash[i]; i = (i + 1) & t->mask) {
    uint32_t id = t->hash[i] - 1;
    if (t->len[id] == n && !memcmp(t->pieces + t->at[id], p, n)) return id;
  }
  return -1;
}

static int insert_piece(nk_tokenizer *t, uint32_t id, nk_err *e) {
  const uint8_t *p = t->pieces + t->at[id];
  uint32_t i = hash_bytes(p, t->len[id]) & t->mask;
  if (t->len[id] > t->longest) t->longest = t->len[id];
  if (piece_id(t, p, t->len[id]) >= 0) return nk_fail(e, "key tokenizer.ggml.tokens: token %u is there twice", id);
  while (t->hash[i]) i = (i + 1) & t->mask;
  t->hash[i] = id + 1;
  return 0;
}

static int check_piece(const nk_tokenizer *t, uint32_t id, int32_t type, nk_err *e) {
  static const char *const fixed[] = {"<pad>", "</s>", "<s>", "<unk>", "<tool_call>", "<tools>", "<arg>", "<val>", "<fact>"};
  const uint8_t *p = t->pieces + t->at[id];
  int want = id == NK_UNK ? 2 : id < NK_FIRST_BYTE ? 3 : id < NK_FIRST_PIECE ? 6 : 1;
  char byte[8];
  if (type != want) return nk_fail(e, "key tokenizer.ggml.token_type: token %u has type %d, need %d", id, type, want);
  if (id <= NK_FACT && (t->len[id] != strlen(fixed[id]) || memcmp(p, fixed[id], t->len[id])))
    return nk_fail(e, "key tokenizer.ggml.tokens: token %u must be %s", id, fixed[id]);
  if (want == 6) {
    snprintf(byte, sizeof byte, "<0x%02X>", (unsigned)(id - NK_FIRST_BYTE) & 255);
    if (t->len[id] != 6 || memcmp(p, byte, 6)) return nk_fail(e, "key tokenizer.ggml.tokens: token %u must be %s", id, byte);
  }
  if (want == 1 && !nk_utf8_valid(p, t->len[id])) return nk_fail(e, "key tokenizer.ggml.tokens: token %u is not UTF-8", id);
  return 0;
}

static int read_pieces(nk_tokenizer *t, const nk_gguf *g, nk_err *e) {
  const nk_gguf_kv *tok, *score, *type;
  if (nk_gguf_array(g, "tokenizer.ggml.tokens", GGUF_STRING, t->vocab, &tok, e) || nk_gguf_array(g, "tokenizer.ggml.scores", GGUF_F32, t->vocab, &score, e) ||
      nk_gguf_array(g, "tokenizer.ggml.token_type", GGUF_I32, t->vocab, &type, e))
    return -1;
  if (tok->value.n > UINT32_MAX) return nk_fail(e, "key tokenizer.ggml.tokens: too long");
  t->pieces = tok->value.p;
  size_t at = 0;
  for (uint32_t id = 0; id < t->vocab; id++) {
    uint64_t n = nk_le64(t->pieces + at); /* the reader has walked these lengths already */
    if (n < 1 || n > NK_MAX_PIECE) return nk_fail(e, "key tokenizer.ggml.tokens: token %u has %llu bytes", id, (unsigned long long)n);
    t->at[id] = (uint32_t)at + 8;
    t->len[id] = (uint8_t)n;
    at += 8 + (size_t)n;
    t->score[id] = nk_lef32(score->value.p + 4 * (size_t)id);
    if (!isfinite(t->score[id])) return nk_fail(e, "key tokenizer.ggml.scores: token %u is not finite", id);
    if (check_piece(t, id, (int32_t)nk_le32(type->value.p + 4 * (size_t)id), e)) return -1;
    if (id >= NK_FIRST_PIECE && insert_piece(t, id, e)) return -1;
  }
  return 0;
}

static int check_flags(const nk_gguf *g, nk_err *e) {
  nk_span s;
  uint32_t id;
  if (nk_gguf_string(g, "tokenizer.ggml.model", &s, e)) return -1;
  if (s.n != 5 || memcmp(s.p, "llama", 5)) return nk_fail(e, "key tokenizer.ggml.model: must be llama");
  return nk_gguf_u32(g, "tokenizer.ggml.bos_token_id", NK_BOS, NK_BOS, &id, e) || nk_gguf_u32(g, "tokenizer.ggml.eos_token_id", NK_EOS, NK_EOS, &id, e) ||
         nk_gguf_u32(g, "tokenizer.ggml.unknown_token_id", NK_UNK, NK_UNK, &id, e) || nk_gguf_u32(g, "tokenizer.ggml.padding_token_id", NK_PAD, NK_PAD, &id, e) ||
         nk_gguf_true(g, "tokenizer.ggml.add_space_prefix", e) || nk_gguf_true(g, "tokenizer.ggml.remove_extra_whitespaces", e);
}

/* Fills bytes/byte_at: what an id adds to a value. */
static void read_bytes(nk_tokenizer *t) {
  uint32_t n = 0;
  for (uint32_t id = 0; id < t->vocab; id++) {
    t->byte_at[id] = n;
    const uint8_t *p = t->pieces + t->at[id];
    if (id >= NK_FIRST_BYTE && id < NK_FIRST_PIECE) t->bytes[n++] = (uint8_t)(id - NK_FIRST_BYTE);
    for (uint32_t i = 0; id >= NK_FIRST_PIECE && i < t->len[id]; i++) {
      int space = i + 3 <= t->len[id] && !memcmp(p + i, SPACE, 3);
      t->bytes[n++] = space ? ' ' : p[i];
      i += space ? 2 : 0;
    }
  }
  t->byte_at[t->vocab] = n;
}

static int compare_ids(const nk_tokenizer *t, uint32_t a, uint32_t b) {
  uint32_t na, nb;
  const uint8_t *pa = nk_token_bytes(t, a, &na), *pb = nk_token_bytes(t, b, &nb);
  int c = memcmp(pa, pb, na < nb ? na : nb);
  return c ? c : na != nb ? (na < nb ? -1 : 1) : a < b ? -1 : a > b;
}

/* Heap sort: no recursion, no qsort_r, n log n whatever the file holds. */
static void sift(const nk_tokenizer *t, uint32_t root, uint32_t n) {
  uint16_t *v = t->sorted;
  for (uint32_t child; (child = 2 * root + 1) < n; root = child) {
    if (child + 1 < n && compare_ids(t, v[child], v[child + 1]) < 0) child++;
    if (compare_ids(t, v[root], v[child]) >= 0) return;
    uint16_t x = v[root];
    v[root] = v[child];
    v[child] = x;
  }
}

static void sort_ids(nk_tokenizer *t) {
  uint32_t n = 0, na, nb;
  for (uint32_t id = NK_FIRST_BYTE; id < t->vocab; id++) t->sorted[n++] = (uint16_t)id;
  t->n_sorted = n;
  for (uint32_t i = n / 2; i-- > 0;) sift(t, i, n);
  for (uint32_t end = n; end-- > 1;) {
    uint16_t x = t->sorted[0];
    t->sorted[0] = t->sorted[end];
    t->sorted[end] = x;
    sift(t, 0, end);
  }
  for (uint32_t i = 0; i < n; i++) {
    const uint8_t *b = nk_token_bytes(t, t->sorted[i], &nb), *a = i ? nk_token_bytes(t, t->sorted[i - 1], &na) : b;
    uint32_t k = 0;
    while (i && k < na && k < nb && a[k] == b[k]) k++;
    t->lcp[i] = (uint8_t)k;
    t->first[b[0] + 1] = i + 1;
  }
  for (int b = 1; b <= 256; b++)
    if (t->first[b] < t->first[b - 1]) t->first[b] = t->first[b - 1];
}

int nk_tokenizer_open(nk_tokenizer *t, const nk_gguf *g, uint32_t vocab, nk_err *e) {
  memset(t, 0, sizeof *t);
  const nk_gguf_kv *tok;
  /* The count is checked against the file before anything is sized by it. */
  if (check_flags(g, e) || nk_gguf_array(g, "tokenizer.ggml.tokens", GGUF_STRING, vocab, &tok, e)) return -1;
  t->vocab = vocab;
  for (t->mask = 1; t->mask < 2 * vocab; t->mask *= 2) {}
  t->at = calloc(vocab, sizeof *t->at);
  t->len = calloc(vocab, 1);
  t->score = calloc(vocab, sizeof *t->score);
  t->hash = calloc(t->mask--, sizeof *t->hash);
  t->bytes = calloc(tok->value.n + 1, 1);
  t->byte_at = calloc((size_t)vocab + 1, sizeof *t->byte_at);
  t->sorted = calloc(vocab, sizeof *t->sorted);
  t->lcp = calloc(vocab, 1);
  if (!t->at || !t->len || !t->score || !t->hash || !t->bytes || !t->byte_at || !t->sorted || !t->lcp) return nk_fail(e, "out of memory");
  if (read_pieces(t, g, e)) return -1;
  read_bytes(t);
  sort_ids(t);
  return 0;
}

void nk_tokenizer_free(nk_tokenizer *t) {
  free(t->at);
  free(t->len);
  free(t->score);
  free(t->hash);
  free(t->bytes);
  free(t->byte_at);
  free(t->sorted);
  free(t->lcp);
  memset(t, 0, sizeof *t);
}

/* ---- merging ---- */

typedef struct { uint32_t at, len; int32_t prev, next; } symbol; /* len 0: merged away */
typedef struct { float score; int32_t left, right; uint32_t len; } merge;
typedef struct {
  const nk_tokenizer *t;
  uint8_t *text;
  symbol *sym;
  merge *heap;
  size_t n_text, n_sym, n_heap;
} bpe;

static int better(const merge *a, const merge *b) { return a->score != b->score ? a->score > b->score : a->left < b->left; }

static void push_merge(bpe *b, int32_t left, int32_t right) {
  if (left < 0 || right < 0) return;
  uint32_t len = b->sym[left].len + b->sym[right].len;
  int64_t id = piece_id(b->t, b->text + b->sym[left].at, len);
  if (id < 0) return;
  merge m = {b->t->score[id], left, right, len};
  size_t i = b->n_heap++;
  for (; i && better(&m, &b->heap[(i - 1) / 2]); i = (i - 1) / 2) b->heap[i] = b->heap[(i - 1) / 2];
  b->heap[i] = m;
}

static merge pop_merge(bpe *b) {
  merge top = b->heap[0], last = b->heap[--b->n_heap];
  size_t i = 0;
  for (size_t c; (c = 2 * i + 1) < b->n_heap; i = c) {
    if (c + 1 < b->n_heap && better(&b->heap[c + 1], &b->heap[c])) c++;
    if (!better(&b->heap[c], &last)) break;
    b->heap[i] = b->heap[c];
  }
  b->heap[i] = last;
  return top;
}

static void merge_all(bpe *b) {
  for (size_t i = 1; i < b->n_sym; i++) push_merge(b, (int32_t)i - 1, (int32_t)i);
  while (b->n_heap) {
    merge m = pop_merge(b);
    symbol *l = &b->sym[m.left], *r = &b->sym[m.right];
    if (!l->len || !r->len || l->len + r->len != m.len || l->next != m.right) continue;
    l->len = m.len;
    r->len = 0;
    l->next = r->next;
    if (r->next >= 0) b->sym[r->next].prev = m.left;
    push_merge(b, l->prev, m.left);
    push_merge(b, m.left, l->next);
  }
}

/* " a  b " -> U+2581 a U+2581 b. A literal U+2581 at the end goes too, as in sentencepiece. */
static void normalise(bpe *b, const uint8_t *p, size_t n) {
  uint8_t *out = b->text;
  size_t i = 0, k = 0;
  while (i < n && p[i] == ' ') i++;
  if (i < n) memcpy(out, SPACE, 3), k = 3;
  for (int space = 0; i < n; i++) {
    if (p[i] != ' ') out[k++] = p[i];
    else if (!space) memcpy(out + k, SPACE, 3), k += 3;
    space = p[i] == ' ';
  }
  while (k >= 3 && !memcmp(out + k - 3, SPACE, 3)) k -= 3;
  b->n_text = k;
}

static void split(bpe *b) {
  for (size_t i = 0; i < b->n_text;) {
    uint8_t lo, hi;
    int need = nk_utf8_lead(b->text[i], &lo, &hi);
    size_t len = need < 0 || i + 1 + (size_t)need > b->n_text ? 1 : 1 + (size_t)need;
    int32_t k = (int32_t)b->n_sym++;
    b->sym[k] = (symbol){(uint32_t)i, (uint32_t)len, k - 1, k + 1};
    i += len;
  }
  if (b->n_sym) b->sym[b->n_sym - 1].next = -1;
}

int nk_tokenizer_encode(const nk_tokenizer *t, const uint8_t *text, size_t len, uint32_t *ids, size_t cap, size_t *n) {
  bpe b = {t, NULL, NULL, NULL, 0, 0, 0};
  int rc = -1;
  *n = 0;
  if (!len) return 0;
  if (len > 1u << 26) return -1;
  b.text = malloc(3 * len + 3);
  if (!b.text) goto done;
  normalise(&b, text, len);
  b.sym = malloc((b.n_text + 1) * sizeof *b.sym);
  b.heap = malloc((2 * b.n_text + 2) * sizeof *b.heap); /* n - 1 at first, at most one more net for each of n - 1 merges */
  if (!b.sym || !b.heap) goto done;
  split(&b);
  merge_all(&b);
  for (int32_t i = b.n_sym ? 0 : -1; i >= 0; i = b.sym[i].next) {
    int64_t id = piece_id(t, b.text + b.sym[i].at, b.sym[i].len);
    for (uint32_t k = 0; k < (id < 0 ? b.sym[i].len : 1u); k++, ++*n)
      if (*n < cap) ids[*n] = id < 0 ? (uint32_t)NK_FIRST_BYTE + b.text[b.sym[i].at + k] : (uint32_t)id;
  }
  rc = 0;
done:
  free(b.text);
  free(b.sym);
  free(b.heap);
  return rc;
}
