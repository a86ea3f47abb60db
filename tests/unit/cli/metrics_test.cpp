// SPDX-License-Identifier: MIT
#include "cli/view/openmetrics.hpp"
#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

namespace {

Catch::Matchers::StdString::ContainsMatcher has(const std::string& text) {
    return Catch::Contains(text);
}

}  // namespace

TEST_CASE("metrics name each family once, with its type, its unit and its samples", "[cli]") {
    const std::vector sessions{running(), succeeded(Role::receiver)};
    const auto text = openmetrics(sessions);
    CHECK_THAT(text,
               has("# TYPE mcast_session_done_bytes gauge\n"
                   "# UNIT mcast_session_done_bytes bytes\n"
                   "# HELP mcast_session_done_bytes Content that is stored, at the slowest "
                   "receiver that counts.\n"
                   "mcast_session_done_bytes{session=\"5f0c2a91\",role=\"sender\"} 466092032\n"
                   "mcast_session_done_bytes{session=\"5f0c2a91\",role=\"receiver\"} "
                   "1073741824\n"));
    CHECK_THAT(text, has("# TYPE mcast_session_packets counter\n"));
    CHECK_THAT(text, has("mcast_session_packets_total{"));
    CHECK_THAT(text, Catch::EndsWith("\n# EOF\n"));
}

TEST_CASE("metrics have each counter of a session, also where it is zero", "[cli]") {
    auto session = running();
    CHECK_THAT(openmetrics(std::vector{session}),
               has("mcast_session_refused_joins_total{session=\"5f0c2a91\",role=\"sender\"} 0\n"));
    session.stats = {.packets = 11,
                     .bytes = 12,
                     .lost = 13,
                     .repaired = 14,
                     .nacks = 15,
                     .dropped_by_host = 16,
                     .foreign = 17,
                     .malformed = 18,
                     .unopened = 19,
                     .refused = 20,
                     .unserved = 21};
    const auto text = openmetrics(std::vector{session});
    int value = 11;
    for (const auto* name : {"packets", "bytes", "lost_packets", "repairs", "nacks",
                             "host_dropped_packets", "foreign_packets", "malformed_packets",
                             "unopened_packets", "refused_joins", "unserved_requests"}) {
        CHECK_THAT(text, has(std::string("mcast_session_") + name + "_total{session=\"5f0c2a91\"," +
                             "role=\"sender\"} " + std::to_string(value++) + "\n"));
    }
}

TEST_CASE("metrics leave out what is unknown", "[cli]") {
    auto session = running();
    session.bytes_total.reset();
    session.eta_s.reset();
    const auto text = openmetrics(std::vector{session});
    CHECK_THAT(text, !has("mcast_session_size_bytes") && !has("mcast_session_eta_seconds") &&
                         !has("mcast_session_end_timestamp") && !has("mcast_session_error"));
    CHECK(openmetrics({}) == "# EOF\n");
}

TEST_CASE("a name from the network can neither end a label nor a line of the metrics", "[cli]") {
    auto session = running();
    session.name = "a\"} 1\\\n# EOF\n\x1b[2J\xe9";
    session.receivers = {receiver("0a4d0002", "lab\"\\\n", State::in_progress)};
    const auto text = openmetrics(std::vector{session});
    CHECK_THAT(text, has("name=\"a\\\"} 1\\\\?# EOF??[2J?\""));
    CHECK_THAT(text, has("host=\"lab\\\"\\\\?\""));
}

TEST_CASE("metrics say which error a session failed with, and how many receivers did", "[cli]") {
    auto session = failed(ErrorCode::receivers_failed);
    session.receivers = {receiver("0a4d0002", "lab-02", State::failure),
                         receiver("0a4d0003", "lab-03", State::success)};
    const auto text = openmetrics(std::vector{session});
    CHECK_THAT(text, has("role=\"sender\",error=\"receivers_failed\"} 1\n"));
    CHECK_THAT(text, has("mcast_session_receivers{session=\"5f0c2a91\",role=\"sender\","
                         "state=\"failure\"} 1\n"));
    CHECK_THAT(text, has("state=\"in_progress\"} 0\n"));
}

TEST_CASE("metrics of both roles come from either tool", "[cli]") {
    FakeCommand fake(Role::receiver);
    fake.command.library.list = [](std::optional<Role> role) -> Result<std::vector<Status>> {
        CHECK_FALSE(role);
        return std::vector{running(), running(Role::receiver)};
    };
    CHECK(fake.run({"metrics"}) == 0);
    CHECK_THAT(fake.out.str(), has("role=\"sender\"") && has("role=\"receiver\""));
    CHECK(fake.err.str().empty());
}

TEST_CASE("a failed session keeps the part that it reached, and only success is whole", "[cli]") {
    const auto ratio = [](Status session) {
        session.bytes_reached = session.bytes_done;
        const auto text = openmetrics(std::vector{session});
        const auto at = text.find("mcast_session_progress_ratio{");
        const auto from = text.find("} ", at) + 2;
        return text.substr(from, text.find('\n', from) - from);
    };
    CHECK_THAT(ratio(failed(ErrorCode::receiver_lost)), Catch::StartsWith("0.434"));
    auto whole = failed(ErrorCode::integrity);
    whole.bytes_done = *whole.bytes_total;
    CHECK(ratio(whole) == "0.999");
    CHECK(ratio(succeeded()) == "1");
}
