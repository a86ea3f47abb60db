// SPDX-License-Identifier: MIT
#include "session/notices.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/unit_text.hpp"
#include "control/status_names.hpp"
#include "session/loop/large_packet_watch.hpp"
#include "session/loop/session_key.hpp"
#include "wire/norm/data.hpp"

namespace mcast::session {
namespace {

std::string place_text(const Channel& channel) {
    const auto& interface = channel.choice.interface;
    return fmt::format("{} via {} ({}, {})", channel.address.to_string(), interface.name,
                       interface.address(channel.address.is_v6()).address_string(),
                       channel.choice.reason);
}

std::string sealed_text(const Channel& channel) {
    return channel.key_id ? ", sealed with the key " + key_text(*channel.key_id) : "";
}

// Includes the headers of IP and UDP, as an MTU does.
std::size_t packet_size(const Channel& channel, const protocol::ObjectParams& object) {
    return object.segment_size + wire::data_header_size(object.fec_id) +
           (channel.address.is_v6() ? 48 : 28) + (channel.key_id ? crypto::kOverhead : 0);
}

std::string name_text(const ReceiverStatus& row) {
    const auto& host = row.host.empty() ? row.id : row.host;
    return row.address.empty() ? host : fmt::format("{} ({})", host, row.address);
}

std::string outcome_text(const ReceiverStatus& row) {
    if (row.state == State::success) return row.verified ? "has it, verified" : "has it";
    const auto error = row.error.value_or(Error{});
    return fmt::format("failed at {} %: {} ({})", row.percent, error.message, error.name());
}

}  // namespace

std::string receiver_text(Event::Kind kind, const ReceiverStatus& row) {
    const auto name = name_text(row);
    switch (kind) {
        case Event::Kind::join:
            return name + " joined";
        case Event::Kind::back:
            return name + " is back and keeps up with the others";
        case Event::Kind::pace:
            return fmt::format("{} sets the pace: {}", name,
                               row.cause ? control::name_of(*row.cause) : "it is slow");
        case Event::Kind::receiver:
            return name + " " + outcome_text(row);
        default:
            return {};
    }
}

std::string success_text(const Status& status) {
    if (status.role == Role::receiver)
        return status.digest ? "it is here, verified"
                             : "it is here, not verified: no digest was offered";
    const auto done = [](const ReceiverStatus& row) { return row.state == State::success; };
    const auto count = std::ranges::count_if(status.receivers, done);
    const bool proved = std::ranges::all_of(
        status.receivers, [&](const auto& row) { return !done(row) || row.verified; });
    return fmt::format("{} {} it{}", count, count == 1 ? "receiver has" : "receivers have",
                       proved ? ", verified" : "");
}

std::string sender_choice(const Channel& channel, std::string_view name,
                          std::optional<ByteCount> size, std::optional<std::uint64_t> rate_bps) {
    return fmt::format("sending {}, {}, to {}, answers to UDP port {}, rate {}, buffers {}{}", name,
                       size ? bytes_text(*size) : "a stream", place_text(channel),
                       channel.own.local().port(),
                       rate_bps ? rate_text(static_cast<double>(*rate_bps)) : "auto",
                       bytes_text(channel.own.send_buffer().granted), sealed_text(channel));
}

std::string early_stream_text() {
    return "the stream begins with the first receiver, and one that comes when its beginning is "
           "gone gets nothing: give their number with -n";
}

std::string receiver_choice(const Channel& channel, std::string_view output) {
    return fmt::format("receiving into {} from {}, buffers {}{}",
                       output == "-" ? "standard output" : output, place_text(channel),
                       bytes_text(channel.group.receive_buffer().granted), sealed_text(channel));
}

std::string buffer_warning(std::string_view which, const net::BufferGrant& grant,
                           std::string_view limit) {
    if (grant.granted >= grant.asked / 2) return {};
    return fmt::format(
        "the {} buffer is {} of the {} asked for, which loses packets at high "
        "rates: sudo sysctl -w {}={}",
        which, bytes_text(grant.granted), bytes_text(grant.asked), limit, grant.asked);
}

std::string offer_taken_text() {
    return "the offer is taken";
}

std::string start_text() {
    return "data flows";
}

std::string start_text(std::uint32_t receivers) {
    return fmt::format("data flows to {} receiver{}", receivers, receivers == 1 ? "" : "s");
}

std::string few_receivers_text(std::uint32_t receivers, std::uint32_t wanted,
                               std::string_view absent) {
    return fmt::format("it begins with {} of {} receivers{}{}", receivers, wanted,
                       absent.empty() ? "" : ", without ", absent);
}

std::string no_pace_text() {
    return "no single receiver sets the pace";
}

std::string_view cause_text(LimitedBy cause) {
    switch (cause) {
        case LimitedBy::host:
            return "its machine loses what the network brings";
        case LimitedBy::disk:
            return "its disk, or the reader of its output, cannot follow";
        case LimitedBy::gone:
            return "nothing is heard from it";
        case LimitedBy::network:
        case LimitedBy::none:
            break;
    }
    return "its network loses more than theirs";
}

std::string left_behind_text(std::string_view host, std::string_view address, LimitedBy cause,
                             bool drop) {
    if (cause == LimitedBy::gone)
        return fmt::format("{} ({}) is silent, and the others go on without it", host, address);
    return fmt::format("{} ({}) keeps the others back and is left behind: {} ({}); it is {}", host,
                       address, cause_text(cause), control::name_of(cause),
                       drop ? "given up unless it keeps up soon" : "caught up after them");
}

std::string interface_wait_text(std::string_view awaited) {
    return fmt::format("waiting for a network interface: {}", awaited);
}

std::string interface_wait_warning(std::string_view awaited, bool named) {
    return interface_wait_text(awaited) +
           (named ? "" : "; --interface lo would stay on this machine");
}

std::string only_loopback_text() {
    return "none but loopback is left";
}

std::string lost_events_text(std::size_t events) {
    return fmt::format("{} events are left out: nobody took them in time", events);
}

Error cancelled_error(std::string_view reason) {
    return {ErrorCode::cancelled, 0,
            reason.empty() ? std::string("cancelled on request") : std::string(reason)};
}

std::string short_meta_text(std::size_t kept, const Channel& channel) {
    const auto& interface = channel.choice.interface;
    return fmt::format(
        "only the first {} bytes of --meta are sent: an offer has to fit into a packet, and the "
        "MTU of {} is {}",
        kept, interface.name, interface.mtu);
}

std::string new_address_text(const Channel& channel) {
    return fmt::format("the address of {} has changed: packets come from {}, UDP port {} now",
                       channel.choice.interface.name, channel.own.local().address_string(),
                       channel.own.local().port());
}

std::string large_packets_text(const Channel& channel, const protocol::ObjectParams& object,
                               std::string_view host, std::string_view address) {
    const auto& interface = channel.choice.interface;
    return fmt::format(
        "packets of {} bytes do not reach {} ({}), small ones do: the MTU of the path seems to be "
        "smaller than the {} of {}: try --segment {}",
        packet_size(channel, object), host, address, interface.mtu, interface.name,
        LargePacketWatch::smaller(object.segment_size));
}

std::string large_packets_text(const Channel& channel, const protocol::ObjectParams& object) {
    return fmt::format(
        "the sender is heard, but none of its packets of {} bytes: the MTU of the path seems to be "
        "smaller: try mcsend --segment {}",
        packet_size(channel, object), LargePacketWatch::smaller(object.segment_size));
}

std::string waiting_text(std::string what, const Channel& channel) {
    if (what.empty()) return what;
    return fmt::format("{} on {} via {}", what, channel.address.to_string(),
                       channel.choice.interface.name);
}

std::string unanswered_joins_text(const net::Endpoint& sender) {
    return fmt::format(
        "the sender, {}, is heard but does not answer joins: a firewall on its machine must let "
        "UDP "
        "port {} in",
        sender.address_string(), sender.port());
}

std::string sealed_otherwise_text(Role role, const Channel& channel,
                                  std::optional<std::uint16_t> other_key) {
    const char* what = role == Role::sender ? "the answers of receivers" : "offers";
    const std::string group = channel.address.to_string();
    if (!channel.key_id)
        return fmt::format("{} on {} are sealed, and there is no key here: --key names one", what,
                           group);
    if (other_key && *other_key != *channel.key_id)
        return fmt::format("{} on {} are sealed with another key, {}, than the one here, {}", what,
                           group, key_text(*other_key), key_text(*channel.key_id));
    return fmt::format("{} on {} are sealed with another key than the one here, {}", what, group,
                       key_text(*channel.key_id));
}

std::string plain_with_key_text() {
    return "plain NORM peers cannot open sealed packets: leave --plain or --key out";
}

std::string stranger_text(const protocol::SenderEvent& event, const std::string& address,
                          const std::string& name, const std::string& group) {
    using Kind = protocol::SenderEvent::Kind;
    const std::string who = address + " (node " + to_hex(event.node) + ")";
    switch (event.kind) {
        case Kind::same_node:
            return "another sender, " + who +
                   ", uses our node id: give one of the two another --node-id, or none";
        case Kind::same_name:
            return "another sender, " + who + ", offers \"" + name +
                   "\" as well: receivers take the first that they hear; give one of the two "
                   "another --session";
        case Kind::plain_receiver:
            return "a plain NORM receiver, " + who + ", is not served: --plain would";
        default:
            return "another sender, " + who + ", speaks to " + group +
                   " as well: give one of the two another --group";
    }
}

}  // namespace mcast::session
