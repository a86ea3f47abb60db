// SPDX-License-Identifier: MIT
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/stat.h>

#include <mcast/key.hpp>
#include <mcast/session.hpp>

#include "crypto/key_file.hpp"
#include "session/loop/loopback_filter.hpp"
#include "session/loop/seal_watch.hpp"
#include "session/loop/session_key.hpp"
#include "session/notices.hpp"
#include "support/catch.hpp"
#include "unit/session/loopback.hpp"

using namespace mcast;
using namespace mcast::session;
using namespace mcast::test;
using namespace std::chrono_literals;

namespace {

constexpr BufferSizes kSmallBuffers{1 << 18, 1 << 18, 1 << 18};
const Time kBegin = Time{} + 100s;

/// A folder for key files.
struct KeyFolder {
    KeyFolder() {
        std::string name = std::filesystem::temp_directory_path() / "mcast-seal-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~KeyFolder() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

NetworkOptions with_key(const std::string& path) {
    NetworkOptions network = loopback_network();
    network.key = path;
    return network;
}

}  // namespace

TEST_CASE("that offers cannot be opened is said once, when nobody else comes", "[session][seal]") {
    SealWatch watch;
    CHECK_FALSE(watch.look(kBegin, 0, false));
    CHECK_FALSE(watch.heard());
    CHECK_FALSE(watch.look(kBegin, 1, false));
    CHECK(watch.heard());
    CHECK_FALSE(watch.look(kBegin + 1s, 2, false));
    CHECK(watch.look(kBegin + 2s, 3, false));
    CHECK_FALSE(watch.look(kBegin + 3s, 4, false));
}

TEST_CASE("sealed packets of others are no matter beside an offer that was taken",
          "[session][seal]") {
    SealWatch watch;
    CHECK_FALSE(watch.look(kBegin, 1, false));
    CHECK_FALSE(watch.look(kBegin + 2s, 2, true));
    CHECK_FALSE(watch.look(kBegin + 3s, 3, false));
    CHECK(watch.look(kBegin + 5s, 4, false));
}

TEST_CASE("packets that were not opened are in the status by reason", "[session][seal]") {
    Stats stats;
    write_unopened({}, stats);
    CHECK(stats == Stats{});
    write_unopened({.damaged = 1,
                    .replayed = 2,
                    .other_senders = 3,
                    .other_receivers = 4,
                    .other = 5,
                    .plain = 6},
                   stats);
    CHECK(stats.unopened == 21);
    CHECK(
        stats.unopened_kinds ==
        std::map<std::string, std::uint64_t>{
            {"damaged", 1}, {"replayed", 2}, {"other_key", 7}, {"other_session", 5}, {"plain", 6}});
}

TEST_CASE("a new key has an id that its file leads to", "[session][seal]") {
    const KeyFolder folder;
    const std::string path = folder.path / "mcast.key";
    const auto id = make_key(path);
    REQUIRE(id);
    const auto key = load_key(with_key(path));
    REQUIRE(key);
    REQUIRE(*key);
    CHECK(key_text((*key)->id()) == *id);
    CHECK(make_key(path).error().code == ErrorCode::exists);
}

TEST_CASE("without a key file sessions are plain", "[session][seal]") {
    const auto key = load_key(NetworkOptions{});
    REQUIRE(key);
    CHECK_FALSE(*key);
    CHECK(envelope_size(*key) == 0);
}

TEST_CASE("no session begins with a key that is missing, open to others, or none",
          "[session][seal]") {
    const KeyFolder folder;
    const std::string path = folder.path / "mcast.key";
    const auto code = [](const std::string& file) {
        SendOptions send;
        send.network = with_key(file);
        send.path = "/etc/hostname";
        const auto sender = SendSession::start(send);
        ReceiveOptions receive;
        receive.network = with_key(file);
        const auto receiver = ReceiveSession::start(receive);
        REQUIRE_FALSE(sender);
        REQUIRE_FALSE(receiver);
        CHECK(sender.error() == receiver.error());
        CHECK(discover(with_key(file), 100ms).error() == sender.error());
        return sender.error().code;
    };
    CHECK(code(path) == ErrorCode::not_found);
    REQUIRE(make_key(path));
    REQUIRE(::chmod(path.c_str(), 0644) == 0);
    CHECK(code(path) == ErrorCode::permission);
    REQUIRE(::chmod(path.c_str(), 0600) == 0);
    std::ofstream(path) << "not a key";
    CHECK(code(path) == ErrorCode::auth);
}

TEST_CASE("plain NORM peers and a key exclude each other", "[session][seal]") {
    const KeyFolder folder;
    const std::string path = folder.path / "mcast.key";
    REQUIRE(make_key(path));
    SendOptions send;
    send.network = with_key(path);
    send.path = "/etc/hostname";
    send.plain = true;
    CHECK(SendSession::start(send).error().code == ErrorCode::usage);
    ReceiveOptions receive;
    receive.network = with_key(path);
    receive.plain = true;
    CHECK(ReceiveSession::start(receive).error().code == ErrorCode::usage);
}

TEST_CASE("large sealed packets of our own do not come back, small ones do", "[session][seal]") {
    const auto network = loopback_network();
    auto own = open_channel(network, kSmallBuffers);
    REQUIRE(own);
    REQUIRE(drop_own_data(own->group.fd(), own->own.local(), true));
    send_datagram(own->own, own->address, std::vector<std::uint8_t>(1472, 0x4d));
    send_datagram(own->own, own->address, std::vector<std::uint8_t>(900, 0x4d));
    BatchReader slots;
    std::vector<std::size_t> sizes;
    while (sizes.empty()) {
        REQUIRE(readable(own->group, 20s));
        REQUIRE(slots.receive(own->group, [&](Bytes packet, const net::Endpoint&) {
            sizes.push_back(packet.size());
        }));
    }
    CHECK(sizes == std::vector<std::size_t>{900});
}

TEST_CASE("the words on another key name both, or say that there is none", "[session][seal]") {
    auto channel = open_channel(loopback_network(), kSmallBuffers).value();
    using Catch::Contains;
    CHECK_THAT(sealed_otherwise_text(Role::receiver, channel, {}),
               Contains("offers on 239.255.") &&
                   Contains("are sealed, and there is no key here: --key names one"));
    channel.key_id = 0xe639;
    CHECK_THAT(sealed_otherwise_text(Role::receiver, channel, 0x00ff),
               Contains("are sealed with another key, 00ff, than the one here, e639"));
    CHECK_THAT(sealed_otherwise_text(Role::sender, channel, 0xe639),
               Contains("the answers of receivers") && !Contains("e639, than"));
}

TEST_CASE("a sealed session says with which key", "[session][seal]") {
    auto channel = open_channel(loopback_network(), kSmallBuffers).value();
    CHECK_THAT(receiver_choice(channel, "/srv/"), !Catch::Contains("sealed"));
    channel.key_id = 0xe639;
    CHECK_THAT(receiver_choice(channel, "/srv/"), Catch::EndsWith(", sealed with the key e639"));
    CHECK_THAT(sender_choice(channel, "image.raw", {}, {}),
               Catch::EndsWith(", sealed with the key e639"));
}
