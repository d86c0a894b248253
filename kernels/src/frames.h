/* Frames of docs/protocol.md section 1 on a pair of descriptors. */
#ifndef NK_FRAMES_H
#define NK_FRAMES_H
#include <stddef.h>
#include <stdint.h>

enum { NK_F_BLOCK = 1, NK_F_PROGRAM, NK_F_CALL, NK_F_CANCEL, NK_F_STATS, NK_F_TOKENIZE, NK_F_MASKS, NK_F_LOGITS, NK_F_READY = 128, NK_F_ERROR = 255 };
#define NK_MAX_FRAME (1u << 20)
#define NK_MAX_WAITING 64
#define NK_MAX_WAITING_BYTES (8u << 20) /* 64 full frames would be a lot for a small board */

typedef struct nk_frame_in {
  struct nk_frame_in *next;
  uint32_t id, n;        /* n: bytes of the body */
  uint8_t type;
  uint8_t body[];
} nk_frame_in;

/* A frame under construction; grows. */
typedef struct { uint8_t *p; size_t n, cap; int failed; } nk_out;
void nk_out_begin(nk_out *o, uint32_t id, uint8_t type);
void nk_put(nk_out *o, const void *p, size_t n);
void nk_put_u8(nk_out *o, uint32_t v);
void nk_put_u16(nk_out *o, uint32_t v);
void nk_put_u32(nk_out *o, uint32_t v);
void nk_put_u64(nk_out *o, uint64_t v);
void nk_put_f32(nk_out *o, float v);
void nk_put_str(nk_out *o, const char *p, size_t n);
void nk_out_send(nk_out *o); /* exits when the client is gone */
void nk_send_error(nk_out *o, uint32_t id, unsigned status, const char *message);

/* What comes in. */
typedef struct {
  uint8_t head[9];
  uint32_t have;          /* bytes of the current frame so far, its length word included */
  nk_frame_in *part;      /* the frame under way */
  nk_frame_in *first, *last;
  uint32_t waiting;
  size_t bytes;
  uint32_t current;       /* id of the CALL that is computed; 0 none */
  int cancelled, eof;
  nk_out *out;
} nk_in;

/* Waits up to timeout_ms (-1: for ever) for input and takes what is there; frames end up in the queue, CANCEL acts. */
void nk_in_poll(nk_in *in, int timeout_ms);
nk_frame_in *nk_in_next(nk_in *in); /* the oldest waiting frame or NULL; the caller frees it */

/* Reads a body; `bad` is set when it is too short. */
typedef struct { const uint8_t *p, *end; int bad; } nk_reader;
uint64_t nk_get(nk_reader *r, int bytes);
const uint8_t *nk_get_bytes(nk_reader *r, size_t n);
const char *nk_get_str(nk_reader *r, uint32_t *n);
#endif
