// SPDX-License-Identifier: MIT
#include "cli/source_check.hpp"

#include "cli/verbs/verbs.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;

TEST_CASE("a rate at which a file takes days is told with how many", "[cli]") {
    CHECK(long_duration("image.raw", 60.0 * 1024 * 1024, 1000) ==
          "at 1.0 kbit/s image.raw (60 MiB) takes 5.8 days");
    CHECK_FALSE(long_duration("image.raw", 60.0 * 1024 * 1024, 100000));
    CHECK_FALSE(long_duration("image.raw", 1e15, std::nullopt));
}

TEST_CASE("what is neither a file nor a block device is refused as what it is, with what to do",
          "[cli]") {
    const auto all = grammars_of(Role::sender);
    const auto device = source_objection({"/dev/null"}, all);
    REQUIRE(device);
    CHECK(device->text ==
          "/dev/null is a character device, and only a regular file, a block device "
          "or standard input can be sent");
    CHECK(device->hint == "copy it into a file first");
    CHECK(source_objection({""}, all)->text == "the path is empty");
    CHECK(source_objection({"\u2013rate", "5M", "x"}, all)->hint ==
          "did you mean --rate, with plain dashes?");
    CHECK(source_objection({"\u2013"}, all));
    CHECK_FALSE(source_objection({"/no/such/file"}, all));  // the library names what is wrong
}
