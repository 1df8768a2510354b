/*
 * What the tests of real faults put between a program and its libc: writes to regular files that take fewer bytes than
 * they were given, as on a disk that is full for an instant; and a clock that is wrong by as many seconds as a file says. Loaded with LD_PRELOAD.
 *   SHIM_SHORT   at most so many bytes are taken by one write to a regular file
 *   SHIM_CLOCK   a file that holds the seconds to add to the time of day, as text
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* How many of the bytes are taken; 0 where the write is to fail, which it does right after one that was short: libuv goes
   on by itself after a short write, and tells the program of it only where the next one fails. */
static size_t taken(int fd, size_t length) {
  static unsigned state = 1;
  static _Thread_local int was_short = 0;
  const char *most = getenv("SHIM_SHORT");
  struct stat stat;
  if (most == NULL || fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode)) return length;
  if (was_short) {
    was_short = 0;
    return 0;
  }
  state = state * 1103515245u + 12345u;
  size_t limit = 1 + (state >> 8) % (size_t)atol(most);
  was_short = limit < length;
  return was_short ? limit : length;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  size_t count = taken(fd, length);
  if (count > 0 || length == 0) return syscall(SYS_write, fd, bytes, count);
  errno = ENOSPC;
  return -1;
}

static long shift(void) {
  const char *path = getenv("SHIM_CLOCK");
  char text[32] = {0};
  int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  return length > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = (int)syscall(SYS_clock_gettime, clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += shift();
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  struct timespec now;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}
