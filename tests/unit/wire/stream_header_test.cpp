// SPDX-License-Identifier: MIT
#include "wire/norm/stream_header.hpp"

#include "support.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::wire;
using namespace mcast::wire::test;

TEST_CASE("the head of a stream's symbol is its length, its message and its place",
          "[wire][stream][rfc5740-4.2.1]") {
    Buffer out(StreamHeader::kSize);
    StreamHeader{.length = 1400, .msg_start = 1, .offset = 0x89abcdef}.serialize(out);
    CHECK(to_hex(out) == to_hex(from_hex("05 78 00 01 89 ab cd ef")));
}
