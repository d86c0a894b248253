/* SentencePiece BPE with byte fallback, and the vocabulary sorted by bytes for the grammar. */
#ifndef NK_TOKENIZER_H
#define NK_TOKENIZER_H
#include "gguf.h"

enum { NK_PAD, NK_EOS, NK_BOS, NK_UNK, NK_CALL, NK_TOOLS, NK_ARG, NK_VAL, NK_FACT, NK_FIRST_BYTE = 16, NK_FIRST_PIECE = 272 };
#define NK_MAX_PIECE 128 /* bytes; longer pieces are refused */

typedef struct {
  uint32_t vocab;
  const uint8_t *pieces;  /* the array's bytes in the file */
  uint32_t *at;           /* [vocab] where a piece starts in `pieces` */
  uint8_t *len;           /* [vocab] its length */
  float *score;           /* [vocab] */
  uint32_t *hash, mask;   /* open addressing over normal pieces: id + 1 */
  uint32_t longest;       /* bytes of the longest normal piece */
  /* What each id means as bytes (U+2581 is a space); empty for control pieces. */
  uint8_t *bytes;
  uint32_t *byte_at;      /* [vocab + 1] */
  /* Ids with bytes, in byte order; lcp[i]: bytes shared with sorted[i - 1]. */
  uint16_t *sorted;
  uint8_t *lcp;
  uint32_t n_sorted, first[257]; /* first[b]: where byte b starts in sorted */
} nk_tokenizer;

int nk_tokenizer_open(nk_tokenizer *t, const nk_gguf *g, uint32_t vocab, nk_err *e);
void nk_tokenizer_free(nk_tokenizer *t);

/* Ids of one segment: writes at most cap, *n is how many there are. -1: out of memory. */
int nk_tokenizer_encode(const nk_tokenizer *t, const uint8_t *text, size_t len, uint32_t *ids, size_t cap, size_t *n);

static inline const uint8_t *nk_token_bytes(const nk_tokenizer *t, uint32_t id, uint32_t *len) {
  *len = t->byte_at[id + 1] - t->byte_at[id];
  return t->bytes + t->byte_at[id];
}

/* Strict UTF-8. */
int nk_utf8_valid(const uint8_t *p, size_t n);
/* Bytes that must follow lead byte b, and the range of the first of them; -1: b cannot lead. */
int nk_utf8_lead(uint8_t b, uint8_t *lo, uint8_t *hi);
#endif
