// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <vector>

#include "crypto/opener.hpp"
#include "crypto/sealer.hpp"
#include "expect.hpp"
#include "operations.hpp"

using namespace mcast;
using namespace mcast::crypto;
using namespace mcast::fuzz;

namespace {

using Packet = std::vector<std::uint8_t>;

constexpr std::uint64_t kOwnSession = 3;

GroupKey group_key() {
    std::array<std::uint8_t, Secret::kBytes> bytes{};
    return GroupKey(Secret(bytes));
}

struct Peers {
    explicit Peers(bool sender)
        : opener(sender ? Opener::of_sender(group, kOwnSession) : Opener::of_receiver(group)) {}

    GroupKey group = group_key();
    Opener opener;
    Aead aead{Aead::Direction::seal};
    Time now = kBegin;
    /// What has opened: side, session, counter.
    std::set<std::tuple<Side, std::uint64_t, std::uint64_t>> opened;
};

Packet sealed(Peers& peers, Input& input, Packet& message) {
    const std::uint8_t kind = input.u8();
    const Head head{(kind & 1) != 0 ? Side::receiver : Side::sender,
                    (kind & 2) != 0 ? Suite::chacha20_poly1305 : Suite::aes_256_gcm,
                    peers.group.id(),
                    {kind >> 2 & 7U, kind >> 5U & 7U},
                    (kind & 4) != 0 ? input.u8() : input.u64() % kCounterEnd};
    const std::uint64_t answered = head.side == Side::receiver ? input.u8() & 3 : 0;
    const Bytes content = input.take(input.u8());
    message.assign(content.begin(), content.end());
    message.push_back(0);
    Reservation one(head, peers.group.stream_key(head, answered), 1);
    Packet packet(message.size() + kOverhead);
    const iovec piece{message.data(), message.size()};
    one.seal(peers.aead, {&piece, 1}, packet.data());
    return packet;
}

void deliver(Peers& peers, Packet packet, const Packet* original, const Packet& message) {
    const Packet came = packet;
    const auto text = peers.opener.open(peers.now, packet);
    if (!text) return;
    EXPECT_ALWAYS(original != nullptr && came == *original);
    EXPECT_ALWAYS(std::ranges::equal(*text, message));
    const auto head = parse_head(came);
    EXPECT_ALWAYS(peers.opened.insert({head->side, head->stream.session, head->counter}).second);
}

void step(Peers& peers, Input& input) {
    Packet message;
    switch (input.u8() & 3) {
        case 0: {
            const Bytes raw = input.take(input.u8());
            deliver(peers, {raw.begin(), raw.end()}, nullptr, message);
            break;
        }
        case 1:
        case 2: {
            const Packet original = sealed(peers, input, message);
            Packet packet = original;
            mutate(packet, input);
            deliver(peers, packet, &original, message);
            break;
        }
        default:
            peers.now += std::chrono::milliseconds(input.u8());
            if (const auto session = input.u8(); session < 16) peers.opener.hold_to(session);
            if (input.u8() < 16) peers.opener.hold_to({});
    }
}

}  // namespace

// Packets that are sealed, forged, damaged, repeated, in any order: what opens is what was sealed,
// and opens once.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input({data, size});
    Peers peers((input.u8() & 1) != 0);
    for (int i = 0; i < 200 && !input.empty(); ++i) step(peers, input);
    return 0;
}
