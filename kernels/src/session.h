/* Buffers of one request, planned when the model is opened. */
#ifndef NK_SESSION_H
#define NK_SESSION_H
#include "grammar.h"

/* An id of an answer, its probability among the legal ones and what the mask kept; forced ones have 1 and 1. */
typedef struct { uint32_t id; float p, mass; } nk_step;

/* An answer that grows. */
typedef struct {
  nk_state state;
  nk_step *step;     /* the start id, then the answer */
  uint32_t n, fed;   /* fed: how much the decoder has read */
  uint8_t *kv;       /* keys and values of these */
  double score;      /* sum of ln p */
} nk_path;

typedef struct nk_session {
  uint32_t *query, n_query;   /* ids of the question */
  uint8_t *text;              /* cleaned question */
  uint32_t n_text, text_cap;
  nk_rules rules;
  nk_state state, spare;
  uint8_t *legal, *bias;
  nk_path path[NK_MAX_BEAM];
  uint32_t order[NK_MAX_BEAM]; /* those that grow, the likeliest first */
  nk_step *best;              /* of the answers that have ended */
  uint32_t n_best;
  double best_score;
  nk_one_call call[NK_MAX_CALLS];
  nk_arg *arg;
  nk_text *value;
  char *bytes;
  uint32_t n_arg, n_value, n_bytes;
  int dummy_done;             /* the value's dummy space is behind us */
  nk_result result;
  uint8_t *flags;             /* tools in play; grows with the largest program */
  uint16_t *in_play;
  nk_block **block;
  uint32_t tool_cap;
  const nk_request *rq;
  uint64_t began, deadline;   /* microseconds */
} nk_session;

/* Cleans, checks and tokenises the question into the session. */
nk_status nk_session_question(nk_model *m, const char *query, size_t len);
/* Room for n tools. */
nk_status nk_session_tools(nk_session *s, uint32_t n);
uint64_t nk_now_us(void);
/* decode.c: the answer in s->best, NK_EOS first. */
nk_status nk_decode(nk_model *m);
/* call.c: anything but NK_ok when the request was cancelled or is late. */
nk_status nk_asked(void *session);
#endif
