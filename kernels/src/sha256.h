/* SHA-256 (FIPS 180-4). */
#ifndef NK_SHA256_H
#define NK_SHA256_H
#include <stddef.h>
#include <stdint.h>

typedef struct { uint32_t h[8]; uint64_t bytes; uint8_t buf[64]; } nk_sha256;
void nk_sha256_init(nk_sha256 *s);
void nk_sha256_add(nk_sha256 *s, const void *data, size_t n);
void nk_sha256_end(nk_sha256 *s, uint8_t out[32]);
#endif
