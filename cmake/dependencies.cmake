# SPDX-License-Identifier: MIT
# What the library and the tools are built on; all of it in Debian 12 and Ubuntu 24.04.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(nlohmann_json 3.10 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(fmt REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(isal REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)

# On x86 the library can choose AVX2 or AVX-512 at run time, if it was built with that.
include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_LIBRARIES PkgConfig::xxhash)
check_cxx_source_compiles("#include <xxh_x86dispatch.h>
  int main() { return XXH3_128bits_dispatch(\"\", 0).low64 == 0; }" MCAST_XXHASH_DISPATCH)
unset(CMAKE_REQUIRED_LIBRARIES)

# Only the headers of toml++: one unit includes them, and the tools need no further library.
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
add_library(mcast_toml INTERFACE)
target_include_directories(mcast_toml SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE_DIR})
target_compile_definitions(mcast_toml INTERFACE TOML_HEADER_ONLY=1 TOML_EXCEPTIONS=0
  TOML_ENABLE_FORMATTERS=0)

# asio is headers only and comes without a CMake package.
find_path(ASIO_INCLUDE_DIR asio.hpp REQUIRED)
add_library(mcast_asio INTERFACE)
target_include_directories(mcast_asio SYSTEM INTERFACE ${ASIO_INCLUDE_DIR})
target_compile_definitions(mcast_asio INTERFACE ASIO_STANDALONE ASIO_NO_DEPRECATED)
target_link_libraries(mcast_asio INTERFACE Threads::Threads)
