/* Buffers of one request, planned when the model is opened. */
#ifndef NK_SESSION_H
#define NK_SESSION_H
#include "grammar.h"

typedef struct nk_session {
  uint32_t *query, n_query;   /* ids of the question */
  uint8_t *text;              /* cleaned question */
  uint32_t n_text, text_cap;
  nk_rules rules;
  nk_state state, spare;
  uint8_t *legal, *bias;
  uint32_t *seq, n_seq, fed;  /* decoder input: start id, then the answer; fed: how much the decoder has read */
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
#endif
