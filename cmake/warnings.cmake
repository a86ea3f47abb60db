# SPDX-License-Identifier: MIT
# Linked PRIVATE by every target of ours and never exported. Errors are made of warnings by the
# presets, so that a newer compiler does not break a packager's build.
add_library(mcast_warnings INTERFACE)
target_compile_options(mcast_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough -Wextra-semi
  -Wno-missing-field-initializers)
# g++ 12 sees overlapping copies in its own std::string at -O2 (GCC bug 105651).
target_compile_options(mcast_warnings INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
