/* What the stages of the engine share. Nothing here is public. */
#ifndef NK_INTERNAL_H
#define NK_INTERNAL_H
#include "../include/nk.h"
#include "gguf.h"
#include "ops.h"
#include "tokenizer.h"

#define NK_TILE 32       /* rows that pass through the network together; weights are read once per tile */
#define NK_ATT_ROWS 8    /* query rows whose scores are held at a time */
#define NK_MAX_FACTS 32  /* fact blocks of one request */
#define NK_MAX_BLOCKS 64 /* bound of needle.catalogue.max_blocks */
#define NK_MAX_PLAY (NK_MAX_BLOCKS + NK_MAX_FACTS + 1) /* parts that attention visits: blocks and the question */
#define NK_MAX_CALLS 8
#define NK_MAX_BEAM 8 /* bound of needle.beam */

typedef struct { const uint8_t *data; uint32_t rows, cols, type; } nk_mat;

typedef struct {
  nk_mat q, k, v, o;
  const float *norm, *q_norm, *k_norm;
  float gate;
} nk_attn;

/* Keys and values of one layer: per key/value head cap x hd K, cap x hd V (int8; f32 in f32 mode), then cap K scales, cap V scales. */
typedef struct { uint8_t *base; uint32_t cap, n; } nk_kv;

typedef struct {
  uint64_t id, used;    /* used: tick of the last use */
  uint32_t n, n_words;  /* tokens; distinct words */
  int kind, pinned;
  uint16_t *ids;        /* n token ids; one allocation with words and pooled */
  uint32_t *words;      /* hashes, ascending */
  float *pooled;        /* select_len, NULL when the model has none */
  uint8_t *kv;          /* NULL: evicted, made again when needed */
} nk_block;

typedef struct {
  nk_block **block;     /* ascending by id */
  uint32_t n, cap;
  size_t bytes, limit, light; /* bytes of keys and values, their cap; bytes of the rest */
  uint64_t tick, evictions;
} nk_cache;

/* Scratch of one request; all of it is planned when the model is opened. */
typedef struct {
  float *x;             /* max_rows x d: the residual stream */
  float *act;           /* NK_TILE x wide: input of the next linear map */
  int8_t *act_q;
  float *act_s;
  float *q, *k, *v;     /* NK_TILE x H hd, KV hd, KV hd */
  int8_t *head_q;       /* NK_TILE x H hd, query rows grouped by key/value head */
  float *head_f, *head_s;
  float *out;           /* as head_f: attention output, grouped by key/value head */
  float *scores;        /* NK_ATT_ROWS x max_span */
  float *row;           /* one dequantised weight row (f32 mode) */
  float *logits, *probs; /* vocab each */
  float *pooled;        /* d + select_len */
  uint8_t *own, *cross, *self; /* keys and values: one encoder layer; question per decoder layer; an answer per decoder layer, for each of info.beam */
  nk_kv *memory;        /* per decoder layer n_memory parts: blocks in play by BlockId, then the question */
  uint32_t n_memory;
  uint32_t max_rows, max_span, wide, encoded; /* encoded: most rows of a question (joint: with its blocks) */
} nk_scratch;

struct nk_session;

struct nk_model {
  nk_info info;
  nk_options opt;
  nk_ops ops;
  nk_gguf gguf;
  nk_tokenizer tok;
  nk_mat embed, select_q, select_b;
  nk_attn *enc, *dec, *cross;
  const float *enc_norm, *dec_norm, *select_norm;
  float *floats, *rope_low, *rope_query; /* floats: all 1-D tensors; rope: per position hd/2 cosines, hd/2 sines */
  uint32_t rope_rows;
  nk_scratch s;
  void *arena;
  nk_cache cache;
  struct nk_session *session;
  uint64_t calls, tokens;
};

/* forward.c */
size_t nk_kv_bytes(const nk_model *m, uint32_t tokens); /* of one layer */
nk_kv nk_kv_at(const nk_model *m, uint8_t *base, uint32_t layer, uint32_t cap, uint32_t n);
void nk_self_copy(const nk_model *m, uint8_t *to, uint8_t *from, uint32_t n); /* n positions of an answer */
void nk_embed_rows(nk_model *m, const uint32_t *ids, uint32_t n, float *x);
void nk_encoder_layer(nk_model *m, uint32_t layer, uint32_t rows, uint32_t pos, nk_kv own, const nk_kv *blocks, uint32_t n_blocks);
/* Pooled selection vector of the rows in s.x: select_len floats of length 1. */
void nk_pool_rows(nk_model *m, uint32_t rows, const nk_mat *head, float *out);
/* Decoder keys and values of the encoder output for the rows in s.x. */
void nk_cross_rows(nk_model *m, uint32_t rows, uint8_t *base, uint32_t first_layer, uint32_t cap);
/* Decoder over n <= NK_TILE ids at positions from past; logits of the last `want` rows at out (want, V). */
void nk_decode_rows(nk_model *m, const uint32_t *ids, uint32_t n, uint32_t past, uint32_t want, float *out);

/* cache.c */
nk_block *nk_cache_find(nk_model *m, uint64_t id);
nk_status nk_block_make(nk_model *m, nk_block *b); /* its keys and values are there afterwards */
nk_kv nk_block_kv(const nk_model *m, const nk_block *b, uint32_t layer); /* 0 ..: encoder layers from from_layer, then decoder layers */
uint32_t nk_words_of(const uint8_t *p, size_t n, uint32_t *out, uint32_t cap);
void nk_cache_free(nk_model *m);

/* select.c: the question and its blocks, up to the decoder's memory. */
typedef struct {
  const uint32_t *query;  /* ids */
  uint32_t n_query;
  const uint8_t *text;    /* cleaned question, for words */
  size_t text_len;
  nk_block **tools;       /* in program order */
  uint32_t n_tools;
  nk_block **facts;
  uint32_t n_facts;
  nk_status (*stop)(void *); /* anything but NK_ok ends the work; may be NULL */
  void *stop_arg;
} nk_question;
/* in_play: n_tools flags out. Leaves the decoder's memory in s.memory, its blocks pinned until nk_unpin. */
nk_status nk_encode_question(nk_model *m, const nk_question *q, uint8_t *in_play);
void nk_unpin(nk_model *m);

/* session.c: state between the stages of a request. */
nk_status nk_session_open(nk_model *m, nk_err *e);
void nk_session_free(nk_model *m);
#endif
