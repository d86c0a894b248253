/* The grammar of answers: programs (docs/protocol.md section 2) and the state of one answer. */
#ifndef NK_GRAMMAR_H
#define NK_GRAMMAR_H
#include "internal.h"

enum { NK_STRING, NK_ENTITY, NK_INTEGER, NK_NUMBER, NK_CHOICE, NK_JSON };
enum { NODE_ANY, NODE_OBJECT, NODE_ARRAY, NODE_STRING, NODE_INTEGER, NODE_NUMBER, NODE_CHOICE, NODE_NULL, NODE_BOOLEAN };
#define NK_ANY 0xffff
#define NK_NODE_DEPTH 16
#define NK_ANY_DEPTH 4
#define NK_FRAMES 24 /* NK_NODE_DEPTH + NK_ANY_DEPTH + a scalar + a key, with room */

/* ids in the program's pool; owner: index of the tool, property or member it names. */
typedef struct { uint32_t at, n, owner; } nk_item;
typedef struct { uint32_t first, n; } nk_list; /* items ascending by ids, then owner */

/* text in the pool: `"key":` or a literal; rest: least bytes of the required keys from this one on, each with a comma */
typedef struct { uint32_t at, len, rest; uint16_t node; uint8_t required; } nk_key;
#define NK_COST_MAX (1u << 24) /* where node costs saturate: what costs this much never fits an answer */
typedef struct { uint8_t type; uint16_t item, min, max; uint32_t first, n; uint32_t cost; } nk_node; /* keys first .. first + n; cost: least bytes */

typedef struct {
  uint8_t required, list, kind, evidence;
  uint16_t min_items, max_items, max_bytes, root;
  uint32_t key_ids, member_ids; /* member_ids: of the shortest member */
  nk_list members;
} nk_prop;
typedef struct { uint32_t first, n, name_ids; nk_list keys; } nk_tool;

struct nk_program {
  nk_tool *tool;
  nk_prop *prop;
  nk_item *item;
  uint16_t *ids;
  nk_node *node;
  nk_key *key;
  uint8_t *text;
  uint32_t n_tools, n_nodes;
  nk_list names, lexicon;
  uint32_t node_cost; /* of all nodes together */
  uint32_t longest;   /* ids of the longest item */
};

/* ---- open values, byte by byte ---- */

typedef struct { uint16_t node, i, depth; uint8_t st, level; } nk_frame;
typedef struct {
  uint8_t kind, started;         /* started: the dummy space is behind us */
  uint8_t need, lo, hi;          /* UTF-8: bytes still to come, range of the next */
  uint8_t space, num, digits, esc, n_frames;
  uint16_t used, max;
  nk_frame frame[NK_FRAMES];
} nk_value;

void nk_value_start(nk_value *v, const nk_prop *p);
int nk_value_step(const nk_program *p, nk_value *v, uint8_t byte); /* 0: the byte does not fit; v is then undefined */
int nk_value_may_end(const nk_program *p, const nk_value *v);
uint32_t nk_value_cost(const nk_program *p, const nk_value *v); /* bytes that surely end it */
void nk_value_copy(nk_value *to, const nk_value *from);
uint32_t nk_node_cost(const nk_program *p, uint16_t node);
int nk_number_step(nk_value *v, uint8_t byte, int integer);
int nk_number_may_end(const nk_value *v);
int nk_utf8_step(nk_value *v, uint8_t byte);
int nk_json_step(const nk_program *p, nk_value *v, uint8_t byte);
int nk_json_may_end(const nk_program *p, const nk_value *v);
uint32_t nk_json_cost(const nk_program *p, const nk_value *v);

/* ---- one answer ---- */

enum { NK_AT_START, NK_AT_NAME, NK_AT_KEY, NK_AT_VALUE, NK_AT_END };

typedef struct {
  uint8_t phase, calls, members, span, dummy; /* members, span: which of the two a value may still be; dummy: the span's space is behind us */
  uint16_t tool;
  int32_t last;          /* last property used, -1 none */
  uint32_t items;        /* values of it so far, this one included */
  nk_list at;            /* candidates that share `depth` ids */
  uint32_t depth, eaten; /* eaten: bytes of the span */
  uint32_t *pos, n_pos;  /* where in the question the span may be */
  nk_value value;
} nk_state;

/* What does not change during an answer. */
typedef struct {
  const nk_program *program;
  const nk_tokenizer *tok;
  const uint8_t *in_play; /* per tool */
  const uint8_t *text;    /* cleaned question */
  uint32_t n_text, *starts, n_starts, max_calls, left; /* left: ids that may still be written; 0: no bound */
  uint8_t *ends;          /* per position 0 .. n_text */
  uint32_t span_cost, lexicon_cost, slack; /* least ids of a span, of a lexicon name */
  uint8_t *plain;         /* 4 masks of plain strings, made when first needed */
  uint8_t plain_made;
  nk_state *spare;        /* with room for n_starts positions */
} nk_rules;

void nk_rules_text(nk_rules *r, const uint8_t *text, uint32_t n); /* starts and ends have room for n + 1 */
void nk_rules_ready(nk_rules *r);                                 /* after program, in_play and text */
void nk_state_start(nk_state *s);
void nk_state_copy(nk_state *to, const nk_state *from); /* to->pos has its own room */
/* Legal ids as bits; returns their number, *only is one of them. */
uint32_t nk_grammar_mask(nk_rules *r, const nk_state *s, uint8_t *bits, uint32_t *only);
/* Ids that carry the copy bias: 0 when there are none. */
int nk_grammar_bias(const nk_rules *r, const nk_state *s, uint8_t *bits);
/* Takes a legal id. */
int nk_grammar_take(const nk_rules *r, nk_state *s, uint32_t id);
uint32_t nk_grammar_cost(const nk_rules *r, const nk_state *s);

static inline int nk_bit(const uint8_t *bits, uint32_t i) { return bits[i / 8] >> (i % 8) & 1; }
static inline void nk_set_bit(uint8_t *bits, uint32_t i) { bits[i / 8] |= (uint8_t)(1u << (i % 8)); }
#endif
