// SPDX-License-Identifier: MIT
#include "session/send/send_path.hpp"

#include <cerrno>
#include <thread>

#include <sys/syscall.h>

#include "session/loop/channel.hpp"
#include "session/loop/real_clock.hpp"
#include "session/send/send_config.hpp"
#include "support/catch.hpp"
#include "support/sandbox.hpp"
#include "unit/session/content.hpp"
#include "unit/session/loopback.hpp"
#include "unit/session/memory_source.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;

namespace {

constexpr std::size_t kEthernet = 1472;

/// A sender that has an offer to send, and a path for it.
struct Fixture {
    Fixture() : source(random_content(100'000, 1)) {
        SendOptions options;
        options.path = "image.raw";
        const Entropy entropy{NodeId{7}, InstanceId{8}, 9, 10};
        const auto config = make_config(options, entropy, source.size(), kEthernet).value();
        core.emplace(config, real_now(), Rng(1));
        cache.emplace(config.object, source, 1 << 20);
        channel.emplace(open_channel(loopback_network(), {1 << 18, 1 << 18, 1 << 18}).value());
        const SymbolRun symbols(config.object, source, *cache);
        path.emplace(*core, channel->own, channel->address, symbols);
    }

    MemorySource source;
    std::optional<protocol::Sender> core;
    std::optional<ParityCache> cache;
    std::optional<Channel> channel;
    std::optional<SendPath> path;
};

}  // namespace

TEST_CASE("a socket that is full twice in a row gets a rest, whatever it says", "[session]") {
    Fixture sender;
    in_sandbox({{SYS_sendmmsg}, {SYS_sendmsg}}, EAGAIN, [&] {
        CHECK(sender.path->pump() == SendPath::State::blocked);
        CHECK(sender.path->pump() == SendPath::State::resting);
    });
    CHECK(sender.path->sent() == 0);
    REQUIRE(sender.path->pump());
    CHECK(sender.path->sent() > 0);
}

TEST_CASE("what a device keeps dropping is given up, and does not hold up the rest", "[session]") {
    Fixture sender;
    in_sandbox({{SYS_sendmmsg}, {SYS_sendmsg}}, ENOBUFS, [&] {
        const Time end = real_now() + std::chrono::seconds(20);  // a failure bound
        auto state = sender.path->pump();
        CHECK(state == SendPath::State::blocked);
        while (state != SendPath::State::idle && real_now() < end) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            state = sender.path->pump();
        }
        CHECK(state == SendPath::State::idle);
    });
    CHECK(sender.path->sent() == 0);
}
