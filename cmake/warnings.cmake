# SPDX-License-Identifier: MIT
# Linked PRIVATE by every target of ours and never exported. Errors are made of warnings by the
# presets, so that a newer compiler does not break a packager's build.
add_library(mcast_warnings INTERFACE)
target_compile_options(mcast_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough -Wextra-semi
  $<$<CONFIG:Debug>:-Wunused-const-variable> -Wno-missing-field-initializers)
# What only the optimiser sees it blames on the headers that it inlined: dereferences inside asio,
# and in g++ 12 overlapping or endless copies inside std::string and std::vector (GCC bug 105651).
target_compile_options(mcast_warnings INTERFACE
  $<$<CONFIG:Debug>:-Wnull-dereference>
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict$<SEMICOLON>-Wno-stringop-overflow$<SEMICOLON>-Wno-array-bounds>)
