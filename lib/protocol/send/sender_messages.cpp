// SPDX-License-Identifier: MIT
#include "protocol/send/sender_messages.hpp"

#include <algorithm>
#include <array>

namespace mcast::protocol {
namespace {

constexpr std::size_t kLeastRoom = 512;
constexpr std::size_t kRootRoom = 33;  // with its width
// Told at once. A disk that has to write them shows how far it is after each message.
constexpr ByteCount kMostZeros = 256 << 20;

Bytes as_bytes(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::size_t SenderMessages::application(MutableBytes out, const Stamp& stamp, Bytes payload) const {
    return wire::CmdApplication{stamp.source, stamp.fields, payload}.serialize(out);
}

std::size_t SenderMessages::offer(MutableBytes out, const Stamp& stamp, bool started, bool draining,
                                  std::uint32_t receivers, Duration report_interval) const {
    wire::Offer offer;
    offer.transfer = config_.transfer;
    offer.flags = static_cast<std::uint8_t>((started ? wire::kOfferStarted : 0) |
                                            (draining ? wire::kOfferDraining : 0));
    offer.fec_id = config_.object.fec_id;
    offer.digest = DigestAlgorithm{config_.digest.algorithm};
    offer.object = config_.object.id;
    offer.stream = config_.object.stream;
    offer.segment_size = config_.object.wire_segment();
    offer.block_size = config_.object.block_size;
    offer.parity = config_.object.parity;
    offer.object_size = config_.object.open() ? wire::Offer::kUnknownSize : config_.object.size;
    if (config_.stored)
        offer.stored = wire::Offer::stored_share(*config_.stored, config_.object.size);
    offer.chunk_size = config_.digest.chunk_size;
    offer.receivers = receivers;
    offer.report_interval_us = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(report_interval).count());
    offer.name = config_.name;
    offer.host = config_.host;
    offer.meta = config_.meta;
    offer.size_hint = config_.size_hint.value_or(0);
    std::array<std::uint8_t, 1200> payload;
    return application(out, stamp, Bytes(payload).first(offer.serialize(payload)));
}

std::size_t SenderMessages::info(MutableBytes out, const Stamp& stamp) const {
    const ObjectParams& object = config_.object;
    wire::Info info;
    info.source = stamp.source;
    info.sender = stamp.fields;
    info.flags = wire::kFlagInfo | object.type_flag();
    info.fec_id = object.fec_id;
    info.object = object.id;
    // A plain receiver makes room for what a stream's sender can repeat, and for the block after
    // it, which can hold the end alone.
    info.fti = wire::Fti{object.stream ? config_.buffer + object.block_bytes() : object.size,
                         object.segment_size, object.block_size, object.parity};
    info.payload = as_bytes(config_.name)
                       .first(std::min<std::size_t>(config_.name.size(), object.segment_size));
    return info.serialize(out);
}

std::size_t SenderMessages::end(MutableBytes out, const Stamp& stamp,
                                const std::optional<SessionError>& error) const {
    wire::End end;
    end.transfer = config_.transfer;
    std::string message;
    if (error)
        message =
            wire::wire_text(config_.end_text ? config_.end_text(*error) : error->message, 400);
    end.error = error ? static_cast<std::uint16_t>(error->code) : std::uint16_t{0};
    end.message = message;
    if (!error) end.root = root_;
    std::array<std::uint8_t, 512> payload;
    return application(out, stamp, Bytes(payload).first(end.serialize(payload)));
}

void SenderMessages::confirm(wire::ReceiverEntry receiver, wire::ReceiverState state,
                             std::uint16_t error, int times) {
    const Told told{state, error};
    Confirmation& confirmation = confirmations_[receiver];
    const bool waits = confirmation.queued && confirmation.told == told;
    confirmation = {told, times, true};
    if (!waits) states_[told].push_back(receiver);
}

void SenderMessages::repeat_states() {
    for (const wire::ReceiverEntry& receiver : again_) {
        const auto it = confirmations_.find(receiver);
        if (it == confirmations_.end() || it->second.queued) continue;
        it->second.queued = true;
        states_[it->second.told].push_back(receiver);
    }
    again_.clear();
}

// The room of a packet as large as a segment. Small segments are no reason for messages of a few
// bytes.
std::size_t SenderMessages::room() const {
    return std::max<std::size_t>(config_.object.segment_size, kLeastRoom);
}

std::size_t SenderMessages::receivers_a_packet() const {
    return (room() - wire::kReceiverStatesHeader - kRootRoom) / wire::ReceiverList::kItemSize;
}

bool SenderMessages::states_full() const {
    return !states_.empty() && states_.begin()->second.size() >= receivers_a_packet();
}

std::size_t SenderMessages::receiver_states(MutableBytes out, const Stamp& stamp) {
    const auto group = states_.begin();
    const Told told = group->first;
    std::deque<wire::ReceiverEntry>& waiting = group->second;
    std::vector<wire::ReceiverEntry> entries;
    for (; !waiting.empty() && entries.size() < receivers_a_packet(); waiting.pop_front()) {
        const auto it = confirmations_.find(waiting.front());
        // The receiver has another state by now.
        if (it == confirmations_.end() || it->second.told != told || !it->second.queued) continue;
        entries.push_back(it->first);
        it->second.queued = false;
        if (--it->second.times > 0)
            again_.push_back(it->first);
        else
            confirmations_.erase(it);
    }
    if (waiting.empty()) states_.erase(group);
    wire::ReceiverStates states;
    states.transfer = config_.transfer;
    states.state = told.first;
    states.error = told.second;
    if (states.state == wire::ReceiverState::done) states.root = root_;
    states.entries = wire::ReceiverList(std::span<const wire::ReceiverEntry>(entries));
    std::vector<std::uint8_t> payload(room());
    return application(out, stamp, Bytes(payload).first(states.serialize(payload)));
}

void SenderMessages::add_digest(std::uint32_t chunk, Bytes digest) {
    if (digests_.set(chunk, digest)) digests_due_.add(chunk, chunk + 1);
}

std::uint32_t SenderMessages::request_digests(std::uint32_t first, std::uint32_t end) {
    RangeSet known;
    known.add(first, std::min(end, digests_.count()));
    for (const auto& [from, to] : digests_.missing().ranges()) known.remove(from, to);
    std::uint32_t fresh = 0;
    for (const auto& [from, to] : known.ranges()) fresh += digests_due_.add(from, to);
    return fresh;
}

void SenderMessages::request_digests_from(ByteCount offset) {
    if (digests_.count() == 0) return;
    request_digests(static_cast<std::uint32_t>(offset / config_.digest.chunk_size),
                    digests_.count());
}

std::uint32_t SenderMessages::digests_a_packet() const {
    return static_cast<std::uint32_t>((room() - wire::kDigestsHeader) /
                                      std::max<std::size_t>(digests_.width(), 1));
}

bool SenderMessages::digests_full() const {
    if (digests_due_.empty()) return false;
    const auto [begin, end] = *digests_due_.ranges().begin();
    return end - begin >= digests_a_packet();
}

std::size_t SenderMessages::digests(MutableBytes out, const Stamp& stamp) {
    const auto [begin, end] = *digests_due_.ranges().begin();
    const std::uint32_t last = std::min(end, begin + digests_a_packet());
    digests_due_.remove(begin, last);
    wire::Digests message;
    message.transfer = config_.transfer;
    message.object = config_.object.id;
    message.algorithm = DigestAlgorithm{config_.digest.algorithm};
    message.first = begin;
    message.total = config_.object.stream ? UINT32_MAX : digests_.count();
    message.digests = digests_.range(begin, last - begin);
    std::array<std::uint8_t, Transmit::kMaxDatagram> payload;
    return application(out, stamp, Bytes(payload).first(message.serialize(payload)));
}

std::size_t SenderMessages::zeros(MutableBytes out, const Stamp& stamp, ZeroBlocks& blocks) const {
    const auto most = static_cast<std::uint32_t>(kMostZeros / config_.object.block_bytes() + 1);
    const auto ranges =
        blocks.take((room() - wire::kZerosHeader) / wire::BlockRangeList::kItemSize, most);
    wire::Zeros message;
    message.transfer = config_.transfer;
    message.object = config_.object.id;
    message.ranges = wire::BlockRangeList(std::span<const wire::BlockRange>(ranges));
    std::array<std::uint8_t, Transmit::kMaxDatagram> payload;
    return application(out, stamp, Bytes(payload).first(message.serialize(payload)));
}

}  // namespace mcast::protocol
