// SPDX-License-Identifier: MIT
#include "session/loop/trace_file.hpp"

#include <filesystem>

#include "support/catch.hpp"
#include "unit/storage/temp_folder.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

constexpr Time kNow = Time(1h);
const trace::PacketDropped kDropped{"malformed"};

trace::Event a_stage() {
    return trace::StageReached{};
}

}  // namespace

TEST_CASE("without a path there is no trace", "[session]") {
    const auto none = open_trace("", "sender");
    REQUIRE(none);
    CHECK_FALSE(*none);
}

TEST_CASE("a trace that cannot be opened is an error that names its path", "[session]") {
    const auto opened = open_trace("/no/such/folder/trace", "sender");
    REQUIRE_FALSE(opened);
    CHECK_THAT(opened.error().message, Contains("/no/such/folder/trace"));
}

TEST_CASE("a trace is written at each stage, and the rest at its end", "[session]") {
    const TempFolder folder;
    const auto path = folder.file("trace");
    auto trace = open_trace(path, "sender").value();
    trace->record(kNow, kDropped);
    CHECK(std::filesystem::file_size(path) == 0);
    trace->record(kNow, a_stage());
    const auto at_stage = std::filesystem::file_size(path);
    CHECK(at_stage > 0);
    trace->record(kNow, kDropped);
    CHECK(std::filesystem::file_size(path) == at_stage);
    trace.reset();
    const auto rest = std::filesystem::file_size(path) - at_stage;
    CHECK(rest > 0);
    CHECK(rest < at_stage);  // nothing is written twice
}

TEST_CASE("a trace is written when much of it has come together", "[session]") {
    const TempFolder folder;
    const auto path = folder.file("trace");
    const auto trace = open_trace(path, "receiver").value();
    for (int i = 0; i < 2000; ++i) trace->record(kNow, kDropped);
    CHECK(std::filesystem::file_size(path) >= 64U * 1024);
}

TEST_CASE("a disk that is full ends the trace, which is told once", "[session]") {
    int told = 0;
    const auto trace = open_trace("/dev/full", "sender").value();
    trace->on_failure([&](const std::string& text) {
        ++told;
        CHECK_THAT(text, Contains("the trace ends here") && Contains("/dev/full"));
    });
    trace->record(kNow, a_stage());
    CHECK(told == 1);
    trace->record(kNow, a_stage());
    CHECK(told == 1);
}
