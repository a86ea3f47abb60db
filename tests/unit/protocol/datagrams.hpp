// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/object/object_params.hpp"
#include "wire/norm/message.hpp"
#include "wire/private/private_message.hpp"

namespace mcast::protocol::test {

using Buffer = std::vector<std::uint8_t>;

inline constexpr NodeId kSenderNode{0xf0000001};
inline constexpr InstanceId kInstance{0x1234};
inline constexpr std::uint32_t kTransfer = 0x5eed;
inline constexpr std::uint64_t kChallenge = 0xc0ffee;
/// The digest of the whole that everybody agrees on.
inline constexpr std::array<std::uint8_t, 16> kRoot{1, 2, 3};

/// What serialize() writes.
template <typename Message>
Buffer bytes_of(const Message& message) {
    Buffer out(70'000);
    out.resize(message.serialize(out));
    return out;
}

/// `blocks` blocks of ten symbols of 1000 bytes, ten parity symbols each.
[[nodiscard]] ObjectParams ten_by_ten(std::uint32_t blocks);

/// A stream of such blocks, without end yet, or with it.
[[nodiscard]] ObjectParams stream_of_tens(std::optional<ByteCount> size = {});

/// Writes what a sender would say, so that a test can put it before a receiver. Its fields may be
/// changed at any time; each datagram takes the next sequence number.
struct FakeSender {
    ObjectParams object = ten_by_ten(4);
    DigestParams digest{1, 16, 10'000};
    NodeId node = kSenderNode;
    InstanceId instance = kInstance;
    std::uint32_t transfer = kTransfer;
    std::uint64_t challenge = kChallenge;  // of the receiver that it answers
    std::array<std::uint8_t, 16> root = kRoot;
    std::string name = "file";
    std::uint16_t sequence = 0;
    double grtt = 0.001;
    std::uint8_t backoff = 0;
    double group = 10;
    std::uint32_t report_interval_us = 100'000;

    [[nodiscard]] wire::Offer offer_message(std::uint8_t flags) const;
    [[nodiscard]] Buffer offer(std::uint8_t flags = 0);
    [[nodiscard]] Buffer application(Bytes payload);
    [[nodiscard]] Buffer receiver_states(NodeId receiver, wire::ReceiverState state,
                                         std::uint16_t error = 0);
    [[nodiscard]] Buffer digests(std::uint32_t first, std::uint32_t count);
    [[nodiscard]] Buffer zeros(const std::vector<wire::BlockRange>& ranges);
    [[nodiscard]] Buffer end(std::uint16_t error = 0, std::string message = {});
    [[nodiscard]] Buffer info(bool fti = true);
    /// The right payload length for the symbol, zeros. With `fti` as a plain NORM sender does it.
    [[nodiscard]] Buffer data(std::uint32_t block, std::uint16_t esi, std::uint8_t flags = 0,
                              bool fti = false);
    [[nodiscard]] wire::Data data_message(std::uint32_t block, std::uint16_t esi);
    [[nodiscard]] Buffer flush(std::vector<NodeId> nodes = {});
    [[nodiscard]] Buffer probe(wire::Timestamp sent = {3600, 0});

    [[nodiscard]] wire::Source source() { return {.sequence = sequence++, .node = node}; }
    [[nodiscard]] wire::SenderFields fields() const;
};

/// Writes what a receiver would say, to put it before a sender.
struct FakeReceiver {
    NodeId node{0x0a000001};
    NodeId sender = kSenderNode;
    InstanceId instance = kInstance;
    std::uint32_t transfer = kTransfer;
    std::uint64_t challenge = kChallenge;
    std::array<std::uint8_t, 16> root = kRoot;
    wire::Timestamp response{};

    [[nodiscard]] Buffer ack(std::uint8_t type, Bytes payload) const;
    /// One of ours, in a NORM_REPORT.
    template <typename Message>
    [[nodiscard]] Buffer reply(Message message) const;
    [[nodiscard]] Buffer join(std::string host = "lab") const;
    /// Joins and fails in one message.
    [[nodiscard]] Buffer decline(std::uint16_t error, std::string message) const;
    [[nodiscard]] Buffer report(wire::Report report) const;
    [[nodiscard]] Buffer done() const;
    [[nodiscard]] Buffer verified() const;
    [[nodiscard]] Buffer failed(std::uint16_t error, std::string message) const;
    [[nodiscard]] Buffer digest_request(std::uint32_t first, std::uint32_t last) const;
    [[nodiscard]] Buffer nack(const std::vector<wire::RepairRequest>& requests) const;
    [[nodiscard]] Buffer ack_cc(double loss = 0) const;
    [[nodiscard]] Buffer ack_flush(wire::PayloadId id) const;
};
[[nodiscard]] inline FakeReceiver receiver(std::uint32_t node = 0x0a000001) {
    return {.node = NodeId{node}};
}

/// Requests of the object `id`, fec id 5.
[[nodiscard]] wire::RepairRequest ask_symbols(std::uint32_t block, std::uint16_t first,
                                              std::uint16_t last, ObjectId id = ObjectId{7});
[[nodiscard]] wire::RepairRequest ask_blocks(std::uint32_t first, std::uint32_t last,
                                             ObjectId id = ObjectId{7});
[[nodiscard]] wire::RepairRequest ask_info(ObjectId id = ObjectId{7});
[[nodiscard]] wire::RepairRequest ask_object(ObjectId id = ObjectId{7});
[[nodiscard]] Buffer requests_of(const std::vector<wire::RepairRequest>& requests);
/// The requests again; a malformed message yields none.
[[nodiscard]] std::vector<wire::RepairRequest> parse_requests(Bytes requests);

}  // namespace mcast::protocol::test
