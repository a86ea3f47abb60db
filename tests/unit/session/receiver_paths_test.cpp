// SPDX-License-Identifier: MIT
#include "session/send/receiver_paths.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace std::chrono_literals;

namespace {

/// The part of the core's record of a receiver that counts here.
struct Known {
    NodeId node{1};
    std::uint64_t packets_expected = 1000;
    std::uint64_t packets_received = 0;
    ByteCount bytes_done = 0;
    bool plain = false;
    bool done = false;

    [[nodiscard]] bool in_progress() const { return !done; }
};

const protocol::ObjectParams kObject{ObjectId{1}, 1'000'000, 8952, 8, 8, wire::FecId::rs8};

constexpr Time at(Duration since) {
    return Time(1h) + since;
}

/// The receivers that are told of when `known` is what is known at that time.
std::vector<NodeId> told(ReceiverPaths& paths, Time now, const std::vector<Known>& known) {
    std::vector<NodeId> nodes;
    paths.look(now, kObject, known, [&](const Known& one) { nodes.push_back(one.node); });
    return nodes;
}

}  // namespace

TEST_CASE("the address of a receiver is its last one, and none once it is forgotten", "[session]") {
    ReceiverPaths paths;
    CHECK(paths.address(NodeId{1}).empty());
    paths.set_address(NodeId{1}, "10.0.0.1");
    paths.set_address(NodeId{2}, "10.0.0.2");
    paths.set_address(NodeId{1}, "10.0.0.9");
    CHECK(paths.address(NodeId{1}) == "10.0.0.9");
    paths.forget(NodeId{1});
    CHECK(paths.address(NodeId{1}).empty());
    CHECK(paths.address(NodeId{2}) == "10.0.0.2");
}

TEST_CASE("a receiver that no data reaches is told of once", "[session]") {
    ReceiverPaths paths;
    const std::vector<Known> known{{.node = NodeId{1}}, {.node = NodeId{2}, .bytes_done = 500'000}};
    CHECK(told(paths, at(0s), known).empty());
    CHECK(told(paths, at(3s), known) == std::vector{NodeId{1}});
    CHECK(told(paths, at(6s), known).empty());
}

TEST_CASE("a receiver that has lost nothing may just not have been sent anything", "[session]") {
    ReceiverPaths paths;
    // More may be received than was expected by then: the two are counted at different times.
    for (const std::uint64_t received : {1000U, 1001U, 999U}) {
        const std::vector<Known> known{{.packets_received = received}};
        CHECK(told(paths, at(0s), known).empty());
        CHECK(told(paths, at(3s), known).empty());
    }
}

TEST_CASE("neither a plain receiver nor one that has ended is told of", "[session]") {
    ReceiverPaths paths;
    const std::vector<Known> known{{.node = NodeId{1}, .plain = true},
                                   {.node = NodeId{2}, .done = true}};
    CHECK(told(paths, at(0s), known).empty());
    CHECK(told(paths, at(3s), known).empty());
}

TEST_CASE("the wait for data begins anew when some has come, and for another receiver",
          "[session]") {
    ReceiverPaths paths;
    const std::vector<Known> nothing{{}};
    CHECK(told(paths, at(0s), nothing).empty());
    SECTION("some has come") {
        CHECK(told(paths, at(1s), {{.bytes_done = 20'000}}).empty());
    }
    SECTION("another receiver has the node's place") {
        paths.forget(NodeId{1});
    }
    CHECK(told(paths, at(3s), nothing).empty());
    CHECK(told(paths, at(5s), nothing).size() == 1);
}
