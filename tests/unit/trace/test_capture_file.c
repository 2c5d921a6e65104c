/* pcapng, octet by octet as its draft has it; and every file that ends early or is damaged. */
#include "trace/capture_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { IMAGE_MAX = 2048 };

/* A file that is being made, in either byte order. */
struct image {
  uint8_t octets[IMAGE_MAX];
  size_t len;
  bool big_endian;
};

static char path[] = "/tmp/test_capture_file.XXXXXX";

static int make_file(void **state) {
  (void)state;
  int fd = mkstemp(path);
  return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state) {
  (void)state;
  return unlink(path);
}

static void put(struct image *image, uint64_t value, size_t octets) {
  for (size_t i = 0; i < octets; i++) {
    size_t shift = 8 * (image->big_endian ? octets - 1 - i : i);
    image->octets[image->len++] = (uint8_t)(value >> shift);
  }
}

static size_t begin_block(struct image *image, uint32_t type) {
  size_t at = image->len;
  put(image, type, 4);
  put(image, 0, 4);
  return at;
}

static void end_block(struct image *image, size_t at) {
  while (image->len % 4 != 0)
    put(image, 0, 1);
  size_t end = image->len;
  uint64_t len = end + 4 - at;
  put(image, len, 4);
  image->len = at + 4;
  put(image, len, 4);
  image->len = end + 4;
}

static void add_section(struct image *image, bool big_endian) {
  image->big_endian = big_endian;
  size_t at = begin_block(image, 0x0a0d0d0a);
  put(image, 0x1a2b3c4d, 4);
  put(image, 1, 2);
  put(image, 0, 2);
  put(image, UINT64_MAX, 8);
  end_block(image, at);
}

/* `resolution` as if_tsresol writes it; `offset_s` is left out where it is 0. */
static void add_interface(struct image *image, enum link_type link_type, uint8_t resolution,
                          uint64_t offset_s) {
  size_t at = begin_block(image, 1);
  put(image, link_type, 2);
  put(image, 0, 2);
  put(image, 3, 4); /* snaplen */
  put(image, 9, 2);
  put(image, 1, 2);
  put(image, resolution, 1);
  put(image, 0, 3);
  if (offset_s != 0) {
    put(image, 14, 2);
    put(image, 8, 2);
    put(image, offset_s, 8);
  }
  put(image, 0, 4); /* opt_endofopt */
  end_block(image, at);
}

static void add_enhanced(struct image *image, uint32_t interface, uint64_t units,
                         const char *octets, uint32_t wire_len) {
  size_t at = begin_block(image, 6);
  put(image, interface, 4);
  put(image, units >> 32, 4);
  put(image, units & UINT32_MAX, 4);
  put(image, strlen(octets), 4);
  put(image, wire_len, 4);
  for (const char *octet = octets; *octet != '\0'; octet++)
    put(image, (uint8_t)*octet, 1);
  end_block(image, at);
}

static void add_simple(struct image *image, const char *octets, uint32_t wire_len) {
  size_t at = begin_block(image, 3);
  put(image, wire_len, 4);
  for (const char *octet = octets; *octet != '\0'; octet++)
    put(image, (uint8_t)*octet, 1);
  end_block(image, at);
}

static void add_unknown(struct image *image) {
  size_t at = begin_block(image, 0x0bad);
  put(image, 12345, 4);
  end_block(image, at);
}

static void write_image(const struct image *image, size_t len) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(image->octets, 1, len, file), len);
  assert_int_equal(fclose(file), 0);
}

struct seen {
  struct captured list[16];
  char octets[16][16];
  size_t count;
};

static enum err_code read_all(struct seen *seen, struct err *err) {
  struct capture_file *file;
  seen->count = 0;
  enum err_code code = capture_file_open(path, &file, err);
  if (code != ERR_OK) return code;
  bool more = true;
  while (more && code == ERR_OK) {
    struct captured captured;
    code = capture_file_next(file, &captured, &more, err);
    if (code != ERR_OK || !more) break;
    assert_true(seen->count < 16 && captured.packet.bytes.len < 16);
    memcpy(seen->octets[seen->count], captured.packet.bytes.bytes, captured.packet.bytes.len);
    seen->octets[seen->count][captured.packet.bytes.len] = '\0';
    seen->list[seen->count++] = captured;
  }
  capture_file_close(file);
  return code;
}

static void assert_read(struct seen *seen) {
  struct err err = {0};
  enum err_code code = read_all(seen, &err);
  if (code != ERR_OK) fail_msg("%s", err.text);
}

static void assert_packet(const struct seen *seen, size_t index, enum link_type link_type,
                          int64_t time_ns, const char *octets, uint32_t wire_len) {
  assert_true(index < seen->count);
  assert_int_equal(seen->list[index].link_type, link_type);
  assert_true(seen->list[index].packet.time_ns == time_ns);
  assert_int_equal(seen->list[index].packet.wire_len, wire_len);
  assert_string_equal(seen->octets[index], octets);
}

static void make_whole(struct image *image, bool big_endian) {
  add_section(image, big_endian);
  add_interface(image, LINK_ETHERNET, 9, 0);
  add_enhanced(image, 0, UINT64_C(5000000007), "abc", 3);
  add_unknown(image);
  add_interface(image, LINK_RAW, 0x80 + 10, 100);
  add_enhanced(image, 1, 1024 + 512, "d", 9);
  add_simple(image, "efg", 5); /* cut at the snaplen of 3 */
}

static void all_kinds_of_blocks_are_read(void **state) {
  (void)state;
  for (int order = 0; order < 2; order++) {
    struct image image = {.len = 0};
    make_whole(&image, order == 1);
    add_section(&image, order == 0); /* the other byte order, and interfaces of its own */
    add_interface(&image, LINK_NULL, 6, 0);
    add_enhanced(&image, 0, 7, "", 0);
    write_image(&image, image.len);
    struct seen seen;
    assert_read(&seen);
    assert_int_equal(seen.count, 4);
    assert_packet(&seen, 0, LINK_ETHERNET, INT64_C(5000000007), "abc", 3);
    assert_packet(&seen, 1, LINK_RAW, INT64_C(101500000000), "d", 9);
    assert_packet(&seen, 2, LINK_ETHERNET, 0, "efg", 5);
    assert_packet(&seen, 3, LINK_NULL, 7000, "", 0);
  }
}

/* Wherever the file ends: what stands before is given, the rest is told. */
/* Each packet again, from the last to the first, often: what its interface is follows from where it
 * stands, and looking at it again adds none. */
static void packets_are_found_again_in_every_section(void **state) {
  (void)state;
  enum { TIMES = 70 }; /* more than a file may have interfaces */
  struct image image = {.len = 0};
  make_whole(&image, true);
  add_section(&image, false);
  add_interface(&image, LINK_NULL, 6, 0);
  add_enhanced(&image, 0, 7, "xyz", 3);
  write_image(&image, image.len);
  struct seen seen;
  assert_read(&seen);
  struct capture_file *file;
  struct captured captured;
  struct err err = {0};
  bool more = true;
  assert_int_equal(capture_file_open(path, &file, &err), ERR_OK);
  assert_true(capture_file_is_seekable(file));
  while (more)
    assert_int_equal(capture_file_next(file, &captured, &more, &err), ERR_OK);
  for (size_t i = TIMES * seen.count; i-- > 0;) {
    const struct captured *first = &seen.list[i % seen.count];
    if (capture_file_seek(file, first->offset, &err) != ERR_OK) fail_msg("%s", err.text);
    assert_int_equal(capture_file_next(file, &captured, &more, &err), ERR_OK);
    assert_true(more && captured.offset == first->offset);
    assert_int_equal(captured.link_type, first->link_type);
    assert_true(captured.packet.time_ns == first->packet.time_ns);
    assert_memory_equal(captured.packet.bytes.bytes, seen.octets[i % seen.count],
                        captured.packet.bytes.len);
  }
  capture_file_close(file);
}

static void every_early_end_is_told(void **state) {
  (void)state;
  struct image image = {.len = 0};
  make_whole(&image, false);
  for (size_t len = 0; len < image.len; len++) {
    struct image ends = {.len = 0};
    bool whole_blocks = false;
    for (ends.len = 28; ends.len <= len; ends.len += image.octets[ends.len + 4])
      whole_blocks = whole_blocks || ends.len == len;
    write_image(&image, len);
    struct seen seen;
    struct err err = {0};
    enum err_code code = read_all(&seen, &err);
    assert_int_equal(code, whole_blocks ? ERR_OK : ERR_INPUT);
    if (code != ERR_OK) assert_non_null(strstr(err.text, path));
  }
}

/* Any one octet changed is read otherwise, or refused with a sentence; never more. */
static void no_damage_is_too_much(void **state) {
  (void)state;
  struct image image = {.len = 0};
  make_whole(&image, true);
  for (size_t at = 0; at < image.len; at++) {
    for (unsigned bit = 0; bit < 8; bit++) {
      struct image changed = image;
      changed.octets[at] ^= (uint8_t)(1U << bit);
      write_image(&changed, changed.len);
      struct seen seen;
      struct err err = {0};
      if (read_all(&seen, &err) != ERR_OK) assert_non_null(strstr(err.text, "offset"));
    }
  }
}

static void assert_refused(const struct image *image, const char *told) {
  write_image(image, image->len);
  struct seen seen;
  struct err err = {0};
  assert_int_not_equal(read_all(&seen, &err), ERR_OK);
  if (strstr(err.text, told) == NULL) fail_msg("'%s' does not say '%s'", err.text, told);
}

static void what_is_wrong_is_told(void **state) {
  (void)state;
  struct image image = {.len = 0};
  assert_refused(&image, "offset 0: the file is empty");
  add_section(&image, false);
  add_enhanced(&image, 0, 0, "abc", 3);
  assert_refused(&image, "interface 0 is none of the 0");
  image.len = 0;
  add_section(&image, false);
  add_interface(&image, 147, 6, 0);
  add_enhanced(&image, 0, 0, "abc", 3);
  assert_refused(&image, "link type 147 is not known");
  image.octets[image.len - 4] ^= 4;
  assert_refused(&image, "length at its end");
  image.octets[image.len - 4] ^= 4;
  image.octets[12] = 2;
  assert_refused(&image, "version 2");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_kinds_of_blocks_are_read),
      cmocka_unit_test(packets_are_found_again_in_every_section),
      cmocka_unit_test(every_early_end_is_told),
      cmocka_unit_test(no_damage_is_too_much),
      cmocka_unit_test(what_is_wrong_is_told),
  };
  return cmocka_run_group_tests(tests, make_file, remove_file);
}
