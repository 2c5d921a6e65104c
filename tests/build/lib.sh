# What the tests of this folder share.
# shellcheck shell=sh

# The programs of the unit tests, by ninja's names for them.
unit_programs() { # BUILD
  ninja -C "$1" -t targets all | sed -n 's/^\(unit_[a-z_0-9]*\): phony$/\1/p'
}

# Runs the unit tests of a build, tells those that fail, and sets unit_count; false: some fail.
run_unit_tests() { # BUILD SAID-FOLDER WITH-WHAT
  unit_count=0
  unit_failures=0
  for tests in "$1"/tests/unit/*/CTestTestfile.cmake; do
    part=$(basename "$(dirname "$tests")")
    count=$(ctest --test-dir "$(dirname "$tests")" -N -L '^unit$' | sed -n 's/^Total Tests: //p')
    [ "$count" -gt 0 ] || continue
    unit_count=$((unit_count + count))
    ctest --test-dir "$(dirname "$tests")" -L '^unit$' -j 2 --output-on-failure >"$2/unit-$part.said" 2>&1 || {
      unit_failures=$((unit_failures + 1))
      echo "unit tests of $part fail, built $3:"
      tail -n 40 "$2/unit-$part.said"
    }
  done
  [ "$unit_count" -ge 50 ] || {
    echo "$unit_count unit tests were found, and all are due"
    return 1
  }
  [ "$unit_failures" -eq 0 ]
}

need_musl() {
  command -v musl-gcc >/dev/null 2>&1 || {
    echo "musl is not tried: musl-gcc is not here; Debian's musl-tools has it."
    exit 77
  }
}

# The headers of the harness's libraries and of the kernel, which belong to no C library, apart from those of glibc.
link_headers() { # FOLDER
  rm -rf "$1"
  mkdir -p "$1"
  for name in uv.h uv pcap.h pcap jansson.h jansson_config.h ini.h pcre2.h xxhash.h mxml.h seccomp.h \
    seccomp-syscalls.h cmocka.h cmocka_pbc.h linux asm-generic asm; do
    for place in /usr/include /usr/include/*-linux-gnu; do
      [ ! -e "$place/$name" ] || ln -s "$place/$name" "$1/$name"
    done
  done
}
