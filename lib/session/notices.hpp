// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mcast/session.hpp>
#include <mcast/status.hpp>

#include "base/units.hpp"
#include "net/udp_socket.hpp"
#include "protocol/object/object_params.hpp"
#include "protocol/send/sender.hpp"
#include "session/loop/channel.hpp"

namespace mcast::session {

/// All sentences of status and events, in lower case and without a full stop. Pure functions.

/// "sending image.raw, 1.0 GiB, to 239.255.77.77:7701 via eth0 (10.0.0.5, the route to the group),
/// answers to UDP port 7701, rate auto, buffers 4 MiB".
[[nodiscard]] std::string sender_choice(const Channel& channel, std::string_view name,
                                        std::optional<ByteCount> size,
                                        std::optional<std::uint64_t> rate_bps);
/// A warning that a stream begins with the first receiver.
[[nodiscard]] std::string early_stream_text();
/// "receiving into /srv/ from 239.255.77.77:7701 via eth0 (...), buffers 16 MiB".
[[nodiscard]] std::string receiver_choice(const Channel& channel, std::string_view output);

/// A warning that the system gave a much smaller buffer than was asked for, with the command that
/// raises its limit; empty if it did not. `limit`: net.core.rmem_max or net.core.wmem_max.
[[nodiscard]] std::string buffer_warning(std::string_view which, const net::BufferGrant& grant,
                                         std::string_view limit);

/// The news of a receiver: "lab-02 (10.0.0.12) joined", "... failed at 43 %: ...".
[[nodiscard]] std::string receiver_text(Event::Kind kind, const ReceiverStatus& row);

/// A good end: "2 receivers have it, verified"; at a receiver "it is here, verified".
[[nodiscard]] std::string success_text(const Status& status);

/// "the offer is taken".
[[nodiscard]] std::string offer_taken_text();
/// "data flows"; at a sender "data flows to 3 receivers".
[[nodiscard]] std::string start_text();
[[nodiscard]] std::string start_text(std::uint32_t receivers);
/// A warning that data flows to fewer receivers than were asked for, without those in `absent`.
[[nodiscard]] std::string few_receivers_text(std::uint32_t receivers, std::uint32_t wanted,
                                             std::string_view absent);
/// The news that no single receiver sets the pace.
[[nodiscard]] std::string no_pace_text();

/// Why a receiver keeps the others back: a clause that names it as "its ...".
[[nodiscard]] std::string_view cause_text(LimitedBy cause);

/// "lab-02 (10.0.0.12) keeps the others back and is left behind: ...".
[[nodiscard]] std::string left_behind_text(std::string_view host, std::string_view address,
                                           LimitedBy cause, bool drop);

/// "waiting for a network interface: eth0 is down".
[[nodiscard]] std::string interface_wait_text(std::string_view awaited);
/// The same as a warning. It proposes loopback unless the user has `named` an interface.
[[nodiscard]] std::string interface_wait_warning(std::string_view awaited, bool named);
/// The reason to wait where there is no network: "none but loopback is left".
[[nodiscard]] std::string only_loopback_text();

/// A warning that an observer was too slow for so many events.
[[nodiscard]] std::string lost_events_text(std::size_t events);

/// The error that ends a session on request; its message is the reason ("interrupted").
[[nodiscard]] Error cancelled_error(std::string_view reason);

/// A warning that the offer has room for only so many bytes of --meta.
[[nodiscard]] std::string short_meta_text(std::size_t kept, const Channel& channel);

/// A warning that the interface has another address.
[[nodiscard]] std::string new_address_text(const Channel& channel);

/// Warnings that packets of data do not arrive because they are too large: the sender's about the
/// receiver `host`, and that receiver's own.
[[nodiscard]] std::string large_packets_text(const Channel& channel,
                                             const protocol::ObjectParams& object,
                                             std::string_view host, std::string_view address);
[[nodiscard]] std::string large_packets_text(const Channel& channel,
                                             const protocol::ObjectParams& object);

/// "<what> on 239.255.77.77:7701 via eth0"; empty if `what` is.
[[nodiscard]] std::string waiting_text(std::string what, const Channel& channel);

/// A warning that `sender` is heard but does not answer joins.
[[nodiscard]] std::string unanswered_joins_text(const net::Endpoint& sender);

/// A warning that the other side seals with another key: that is the key `other_key`, or there is
/// no key here.
[[nodiscard]] std::string sealed_otherwise_text(Role role, const Channel& channel,
                                                std::optional<std::uint16_t> other_key);

/// Why --plain and a key do not go together.
[[nodiscard]] std::string plain_with_key_text();

/// A sender's warning of somebody that does not belong to its session.
[[nodiscard]] std::string stranger_text(const protocol::SenderEvent& event,
                                        const std::string& address, const std::string& name,
                                        const std::string& group);

}  // namespace mcast::session
