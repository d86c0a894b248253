/* Grammar programs: random walks over legal ids always end and always give valid answers; damaged programs are refused. */
#include <time.h>

#include "tiny.h"

#include "../src/session.h"

static nk_model *m;
static uint32_t seed = 17;
static int judging = 1; /* 0: a damaged program runs, only crashes count */
static uint32_t below(uint32_t n) { return (tiny_random(&seed) >> 8) % n; }
static const char *const question = "Turn  on the (kitchen) light, \xc3\xa9t\xc3\xa9 2 ";

static void prop(tiny_buf *b, const char *key, uint32_t flags, uint32_t kind, uint32_t evidence, uint32_t min, uint32_t max, uint32_t bytes) {
  tiny_s16(b, key), tiny_u8(b, flags), tiny_u8(b, kind), tiny_u8(b, evidence), tiny_u16(b, min), tiny_u16(b, max), tiny_u16(b, bytes);
}

/* Every kind of property and node. */
static tiny_buf full_program(void) {
  tiny_buf b = {0};
  tiny_put(&b, "NKP1", 4), tiny_u16(&b, 3);
  tiny_s16(&b, "turn"), tiny_u16(&b, 5);
  prop(&b, "device", 1, 1, 0, 0, 0, 0), prop(&b, "level", 0, 2, 0, 0, 0, 0), prop(&b, "num", 1, 3, 0, 0, 0, 0);
  prop(&b, "mode", 0, 4, 0, 0, 0, 0), tiny_u16(&b, 3), tiny_s16(&b, "on"), tiny_s16(&b, "on hold"), tiny_s16(&b, "off");
  prop(&b, "list", 2, 4, 0, 2, 3, 0), tiny_u16(&b, 2), tiny_s16(&b, "a"), tiny_s16(&b, "b");
  tiny_s16(&b, "turn off"), tiny_u16(&b, 4);
  prop(&b, "text", 0, 0, 1, 0, 0, 5), prop(&b, "tex", 0, 0, 2, 0, 0, 0), prop(&b, "plain", 3, 0, 0, 0, 2, 0), prop(&b, "data", 1, 5, 0, 0, 0, 0), tiny_u16(&b, 0);
  tiny_s16(&b, "light"), tiny_u16(&b, 0);
  tiny_u32(&b, 2), tiny_s16(&b, "the lamp"), tiny_s16(&b, "light of lights");
  tiny_u16(&b, 8);
  tiny_u8(&b, 1), tiny_u16(&b, 4);
  tiny_s16(&b, "a"), tiny_u8(&b, 0), tiny_u16(&b, 1), tiny_s16(&b, "ab"), tiny_u8(&b, 1), tiny_u16(&b, 2);
  tiny_s16(&b, "k\"\n"), tiny_u8(&b, 0), tiny_u16(&b, 3), tiny_s16(&b, "c"), tiny_u8(&b, 1), tiny_u16(&b, 4);
  tiny_u8(&b, 0);
  tiny_u8(&b, 1 + 1), tiny_u16(&b, 5), tiny_u16(&b, 1), tiny_u16(&b, 3); /* 1: array of integers, 1 to 3 */
  tiny_u8(&b, 0);                                                         /* 2: any */
  tiny_u8(&b, 3);                                                         /* 3: string */
  tiny_u8(&b, 6), tiny_u16(&b, 3), tiny_s16(&b, "1"), tiny_s16(&b, "12"), tiny_s16(&b, "\"on\""); /* 4: choice */
  tiny_u8(&b, 4), tiny_u8(&b, 7), tiny_u8(&b, 8);                         /* 5 integer, 6 null, 7 boolean */
  return b;
}

static nk_program *load(const tiny_buf *b) {
  nk_program *p = NULL;
  char err[200];
  CHECK(!nk_program_load(m, b->p, b->n, &p, err, sizeof err), "program refused: %s", err);
  return p;
}

/* ---- a judge of its own: plain recursive JSON ---- */

static const char *json(const char *p, int depth);
static const char *json_text(const char *p) {
  if (*p++ != '"') return NULL;
  for (; *p != '"'; p++) {
    if ((uint8_t)*p < 0x20 || *p == 0x7f) return NULL;
    if (*p == '\\' && !strchr("\"\\/bfnrtu", *++p)) return NULL;
  }
  return p + 1;
}
static const char *json_number(const char *p) {
  if (*p == '-') p++;
  if (*p < '0' || *p > '9') return NULL;
  if (*p == '0') p++;
  else
    while (*p >= '0' && *p <= '9') p++;
  if (*p == '.') {
    if (*++p < '0' || *p > '9') return NULL;
    while (*p >= '0' && *p <= '9') p++;
  }
  return p;
}
static const char *json_group(const char *p, int depth, char close) {
  if (*++p == close) return p + 1;
  for (;; p++) {
    if (close == '}' && (!(p = json_text(p)) || *p++ != ':')) return NULL;
    if (!(p = json(p, depth + 1))) return NULL;
    if (*p == close) return p + 1;
    if (*p != ',') return NULL;
  }
}
static const char *json(const char *p, int depth) {
  if (depth > 6) return NULL;
  if (*p == '{') return json_group(p, depth, '}');
  if (*p == '[') return json_group(p, depth, ']');
  if (*p == '"') return json_text(p);
  if (!strncmp(p, "true", 4) || !strncmp(p, "null", 4)) return p + 4;
  if (!strncmp(p, "false", 5)) return p + 5;
  return json_number(p);
}

static int one_of(const char *s, const char *const *list) {
  for (; *list; list++)
    if (!strcmp(s, *list)) return 1;
  return 0;
}

static int is_span(const char *s) { return strstr("Turn on the (kitchen) light, \xc3\xa9t\xc3\xa9 2", s) && *s && *s != ' ' && s[strlen(s) - 1] != ' '; }

static int good_value(int tool, int prop_index, const char *s) {
  static const char *const modes[] = {"on", "on hold", "off", NULL}, *const letters[] = {"a", "b", NULL}, *const names[] = {"the lamp", "light of lights", NULL};
  const char *end;
  if (tool == 0) switch (prop_index) {
      case 0: return one_of(s, names) || is_span(s);
      case 1: return (end = json_number(s)) && !*end && !strchr(s, '.');
      case 2: return (end = json_number(s)) && !*end;
      case 3: return one_of(s, modes);
      default: return one_of(s, letters);
    }
  switch (prop_index) {
    case 0: return *s && strlen(s) <= 5 && *s != ' ' && s[strlen(s) - 1] != ' ' && !strstr(s, "  ") && nk_utf8_valid((const uint8_t *)s, strlen(s));
    case 1: return is_span(s);
    case 2: return *s && nk_utf8_valid((const uint8_t *)s, strlen(s));
    default: return (end = json(s, 0)) && !*end && *s == '{' && strstr(s, "\"ab\":") && strstr(s, "\"c\":") && nk_utf8_valid((const uint8_t *)s, strlen(s));
  }
}

/* Follows the ids of an answer as the client would. Returns NULL or what is wrong. */
static const char *judge(const uint32_t *ids, uint32_t n, char *text) {
  static const char *const tools[] = {"turn", "turn off", "light", NULL};
  static const char *const keys[3][6] = {{"device", "level", "num", "mode", "list", NULL}, {"text", "tex", "plain", "data", NULL}, {NULL}};
  int tool = -1, at = -1, items = 0, seen = 0;
  for (uint32_t i = 0; i < n;) {
    uint32_t mark = ids[i++], len = 0, k;
    for (; i < n && ids[i] >= NK_FIRST_BYTE; i++) {
      const uint8_t *b = nk_token_bytes(&m->tok, ids[i], &k);
      memcpy(text + len, b, k);
      len += k;
    }
    text[len] = 0;
    const char *s = len ? text + 1 : text;
    if ((mark == NK_ARG || mark == NK_CALL || mark == NK_EOS) && tool == 0 && at == 4 && (items < 2 || items > 3)) return "list length";
    if ((mark == NK_ARG || mark == NK_CALL || mark == NK_EOS) && tool == 1 && at == 2 && items > 2) return "list length";
    if (len && text[0] != ' ') return "no dummy space";
    if (mark == NK_CALL || mark == NK_EOS) {
      if ((tool == 0 && (seen & 5) != 5) || (tool == 1 && (seen & 12) != 12)) return "a required property is missing";
      at = -1, seen = 0;
      for (tool = 0; mark == NK_CALL && tools[tool] && strcmp(tools[tool], s); tool++) {}
      if (mark == NK_CALL && !tools[tool]) return "an unknown tool";
      if (mark == NK_EOS) return i == n && !len ? NULL : "something after the end";
    } else if (mark == NK_ARG) {
      int was = at;
      for (at = 0; keys[tool][at] && strcmp(keys[tool][at], s); at++) {}
      if (!keys[tool][at] || at <= was) return "a key that is unknown or out of order";
      seen |= 1 << at, items = 0;
    } else if (mark == NK_VAL) {
      if (!good_value(tool, at, s)) return "a value";
      if (items++ && !(tool == 0 && at == 4) && !(tool == 1 && at == 2)) return "two values of a scalar";
    } else return "an id that means nothing";
  }
  return "no end";
}

/* Random legal ids, structure preferred now and then so that walks get somewhere. */
static void walk(nk_program *p, uint32_t budget, uint8_t *flags) {
  nk_session *s = m->session;
  uint32_t ids[512], n = 0, only = 0;
  static char text[65536];
  CHECK(!nk_session_question(m, question, strlen(question)), "the question");
  s->rules.program = p, s->rules.in_play = flags, s->rules.max_calls = 3;
  nk_rules_ready(&s->rules);
  nk_state_start(&s->state);
  while (s->state.phase != NK_AT_END && n < 500) {
    s->rules.left = budget ? budget - n : 0;
    uint32_t count = nk_grammar_mask(&s->rules, &s->state, s->legal, &only), pick = count ? below(count) : 0, id = 0;
    if (!count) {
      CHECK(!judging, "no way out after %u ids, budget %u, phase %d", n, budget, s->state.phase);
      return;
    }
    int structure = below(3) == 0;
    for (id = 0; structure && id < 16 && !nk_bit(s->legal, id); id++) {}
    if (!structure || id == 16 || !budget)
      for (id = 0; !nk_bit(s->legal, id) || pick--; id++) {}
    nk_grammar_take(&s->rules, &s->state, id);
    ids[n++] = id;
  }
  if (!judging) return;
  if (s->state.phase != NK_AT_END) {
    CHECK(!budget, "budget %u: no end", budget);
    return;
  }
  CHECK(!budget || n <= budget, "budget %u: %u ids", budget, n);
  const char *wrong = judge(ids, n, text);
  CHECK(!wrong, "%s: \"%s\"", wrong, text);
}

static void check_walks(nk_program *p) {
  uint8_t all[3] = {1, 1, 1}, some[3] = {0, 1, 0};
  for (int i = 0; i < 400; i++) walk(p, 1 + below(90), all);
  for (int i = 0; i < 300; i++) walk(p, 60 + below(400), some);
  for (int i = 0; i < 100; i++) walk(p, 500, all);
}

/* ---- single states ---- */

static uint8_t masks[64 * 1024];
static uint32_t steps;

/* Masks along the ids; row of the last step. */
static const uint8_t *after(nk_program *p, const uint32_t *ids, uint32_t n) {
  uint16_t play[3] = {0, 1, 2};
  nk_status s = nk_masks(m, p, play, 3, question, strlen(question), ids, n, masks, &steps);
  CHECK(!s, "masks: %s", nk_status_name(s));
  return masks + (steps - 1) * ((m->info.vocab + 7) / 8);
}

static uint32_t ones(const uint8_t *row) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < m->info.vocab; i++) n += (uint32_t)nk_bit(row, i);
  return n;
}

static uint32_t put(uint32_t *ids, uint32_t n, uint32_t mark, const char *text) {
  ids[n++] = mark;
  return n + (uint32_t)nk_tokenize(m, text, strlen(text), ids + n, 40);
}

static void check_states(nk_program *p) {
  uint32_t ids[128], n = 0;
  const uint8_t *row = after(p, ids, 0);
  CHECK(ones(row) == 2 && nk_bit(row, NK_CALL) && nk_bit(row, NK_EOS), "the start");
  n = put(ids, 0, NK_CALL, "turn");
  row = after(p, ids, n);
  CHECK(steps == n + 1 && nk_bit(row, NK_ARG) && !nk_bit(row, NK_EOS) && !nk_bit(row, NK_CALL) && ones(row) > 1, "a name that may go on, with required properties");
  n = put(ids, n, NK_ARG, "device");
  row = after(p, ids, n);
  CHECK(ones(row) == 1 && nk_bit(row, NK_VAL), "a key that is complete");
  n = put(ids, n, NK_VAL, "kitchen");
  row = after(p, ids, n);
  CHECK(steps == n + 1 && nk_bit(row, NK_ARG) && !nk_bit(row, NK_EOS) && !nk_bit(row, NK_VAL), "a span inside brackets may end");
  n = put(ids, n - (uint32_t)nk_tokenize(m, "kitchen", 7, ids + 100, 20) - 1, NK_VAL, "bedroom");
  after(p, ids, n);
  CHECK(steps < n + 1, "a word that the question lacks is not legal");
  n = put(ids, 0, NK_CALL, "light");
  row = after(p, ids, n);
  CHECK(ones(row) == 2 && nk_bit(row, NK_EOS) && nk_bit(row, NK_CALL), "a tool without properties");
  ids[n++] = NK_EOS;
  row = after(p, ids, n);
  CHECK(steps == n + 1 && ones(row) == 0, "nothing is legal after the end");
  uint32_t wrong = 300;
  after(p, &wrong, 1);
  CHECK(steps == 1, "an illegal id ends the masks");
  uint16_t play = 9;
  CHECK(nk_masks(m, p, &play, 1, "hi", 2, ids, 0, masks, &steps) == NK_bad_frame, "a tool that is not there");
}

/* ---- damage ---- */

static void check_damage(const tiny_buf *good) {
  nk_program *p;
  char err[200];
  int refused = 0;
  for (size_t n = 0; n < good->n; n++) {
    uint8_t *copy = malloc(n ? n : 1);
    memcpy(copy, good->p, n);
    nk_status s = nk_program_load(m, copy, n, &p, err, sizeof err);
    CHECK(s == NK_bad_program && !p && err[0], "%zu bytes alone were taken", n);
    free(copy);
  }
  for (size_t i = 4; i < good->n; i++)
    for (int k = 0; k < 4; k++) {
      static const uint8_t bad[] = {0xff, 0x80, 0x00, 0x07};
      uint8_t was = good->p[i];
      good->p[i] = k == 3 ? (uint8_t)(was ^ bad[k]) : bad[k];
      nk_status s = nk_program_load(m, good->p, good->n, &p, err, sizeof err);
      refused += s != NK_ok;
      CHECK(s != NK_ok || p, "no program and no status");
      if (p) { /* taken: it must still be safe to run */
        uint8_t all[65536];
        memset(all, 1, sizeof all);
        if (k == 0 || i % 5 == 0) walk(p, 40, all);
        nk_program_free(p);
      }
      good->p[i] = was;
    }
  CHECK(refused > 300, "%d damaged programs refused", refused);
}

static void check_cycles(void) {
  tiny_buf b = {0};
  nk_program *p;
  char err[200];
  tiny_put(&b, "NKP1", 4), tiny_u16(&b, 0), tiny_u32(&b, 0), tiny_u16(&b, 2);
  tiny_u8(&b, 2), tiny_u16(&b, 1), tiny_u16(&b, 0), tiny_u16(&b, 0), tiny_u8(&b, 2), tiny_u16(&b, 0), tiny_u16(&b, 0), tiny_u16(&b, 0);
  CHECK(nk_program_load(m, b.p, b.n, &p, err, sizeof err) == NK_bad_program && strstr(err, "deep"), "a cycle of nodes: %s", err);
  free(b.p);
}

/* One tool with `n` optional properties, or one whose JSON value is an object of `n` keys. */
static tiny_buf wide_program(uint32_t n, int json) {
  tiny_buf b = {0};
  char key[16];
  tiny_put(&b, "NKP1", 4), tiny_u16(&b, 1), tiny_s16(&b, "turn"), tiny_u16(&b, json ? 1 : n);
  if (json) prop(&b, "data", 1, 5, 0, 0, 0, 0), tiny_u16(&b, 0);
  for (uint32_t i = 0; i < n && !json; i++) snprintf(key, sizeof key, "%u", i), prop(&b, key, 0, 2, 0, 0, 0, 0);
  tiny_u32(&b, 0), tiny_u16(&b, json ? 2 : 0);
  if (!json) return b;
  tiny_u8(&b, 1), tiny_u16(&b, n);
  for (uint32_t i = 0; i < n; i++) snprintf(key, sizeof key, "%u", i), tiny_s16(&b, key), tiny_u8(&b, i == n / 2), tiny_u16(&b, 1);
  tiny_u8(&b, 0), tiny_u8(&b, 4);
  return b;
}

/* Time must not grow with the square of a program's counts: 65535 keys would then outlast any deadline. */
static void check_wide(void) {
  uint8_t one[1] = {1};
  nk_rules *r = &m->session->rules;
  nk_state *s = &m->session->state;
  for (int json = 0; json < 2; json++) {
    tiny_buf b = wide_program(20000, json);
    nk_program *p = load(&b);
    uint32_t ids[64], only, n = put(ids, put(ids, 0, NK_CALL, "turn"), NK_ARG, json ? "data" : "");
    if (json) n = put(ids, n, NK_VAL, "{\"");
    r->program = p, r->in_play = one, r->max_calls = 1, r->left = 60;
    nk_rules_ready(r);
    nk_state_start(s);
    for (uint32_t i = 0; i < n; i++) nk_grammar_take(r, s, ids[i]);
    clock_t began = clock();
    for (int i = 0; i < 20; i++) CHECK(nk_grammar_mask(r, s, m->session->legal, &only), "no key goes on");
    double took = (double)(clock() - began) / CLOCKS_PER_SEC;
    CHECK(took < 2, "%s: 20 masks take %.1f s", json ? "20000 keys of a node" : "20000 properties", took);
    nk_program_free(p), free(b.p);
  }
}

int main(void) {
  tiny_spec spec = tiny_default();
  tiny_buf b = tiny_model(&spec, 1), text = {0};
  m = tiny_open(&b, 0, ~0u, 0);
  text = full_program();
  nk_program *p = load(&text);
  if (!m || !p) return tiny_end("check_grammar");
  check_states(p);
  check_walks(p);
  check_cycles();
  judging = 0;
  check_damage(&text);
  check_wide();
  nk_program_free(p);
  nk_model_free(m);
  free(b.p), free(text.p);
  return tiny_end("check_grammar");
}
