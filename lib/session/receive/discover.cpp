// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include <poll.h>

#include <mcast/session.hpp>

#include "base/ids.hpp"
#include "crypto/opener.hpp"
#include "net/interface_monitor.hpp"
#include "protocol/receive/valid_offer.hpp"
#include "session/loop/batch_reader.hpp"
#include "session/loop/channel.hpp"
#include "session/loop/real_clock.hpp"
#include "session/loop/session_key.hpp"
#include "session/loop/time_limit.hpp"
#include "session/notices.hpp"
#include "wire/norm/message.hpp"

namespace mcast {
namespace session {
namespace {

// Offers differ by the address of their sender and its transfer.
using Key = std::pair<std::string, std::uint32_t>;
using Offers = std::map<Key, Offer>;

// An attacker could make up offers without end; nobody reads a longer list.
constexpr std::size_t kMostOffers = 1000;

std::optional<wire::Offer> offer_in(Bytes datagram) {
    const auto message = wire::parse(datagram);
    if (!message) return std::nullopt;
    const auto* command = std::get_if<wire::CmdApplication>(&*message);
    if (command == nullptr) return std::nullopt;
    const auto content = wire::parse_sender_message(command->payload);
    if (!content) return std::nullopt;
    const auto* offer = std::get_if<wire::Offer>(&*content);
    return offer == nullptr ? std::nullopt : std::optional(*offer);
}

void take(Bytes datagram, const net::Endpoint& from, Offers& offers) {
    const auto heard = offer_in(datagram);
    if (!heard) return;
    const auto valid = protocol::validate(*heard);
    if (!valid) return;
    const Key key{from.address_string(), heard->transfer};
    if (offers.size() == kMostOffers && !offers.contains(key)) return;
    Offer& offer = offers[key];
    offer.name = heard->name;
    offer.meta = heard->meta;
    offer.sender = key.first;
    offer.host = heard->host;
    offer.transfer = to_hex(NodeId{heard->transfer});
    offer.bytes_total.reset();
    if (!valid->object.open()) offer.bytes_total = valid->object.size;
    offer.started = (heard->flags & wire::kOfferStarted) != 0;
    offer.receivers = heard->receivers;
}

/// Waits for the socket to become readable. False: the time is over.
Result<bool> wait_readable(int fd, Time until) {
    for (;;) {
        if (real_now() >= until) return false;
        const timespec limit = time_left(until);
        pollfd socket{fd, POLLIN, 0};
        const int count = ::ppoll(&socket, 1, &limit, nullptr);
        if (count > 0) return true;
        if (count < 0 && errno != EINTR) {
            return fail(ErrorCode::internal, "cannot wait for the socket", errno);
        }
    }
}

/// Listens for discover(): to offers, and to packets that nobody here can open.
class Listener {
  public:
    explicit Listener(const OptionalKey& key) {
        if (key) opener_.emplace(crypto::Opener::of_receiver(*key));
    }

    void take(MutableBytes packet, const net::Endpoint& from) {
        std::optional<Bytes> message = packet;
        if (opener_)
            message = opener_->open(real_now(), packet);
        else
            sealed_ = sealed_ || crypto::is_sealed(packet);
        if (message) session::take(*message, from, offers);
    }
    /// The id of another key; empty without a key.
    [[nodiscard]] std::optional<std::uint16_t> other_key() const {
        return opener_ ? std::optional(opener_->other_key()) : std::nullopt;
    }
    [[nodiscard]] bool heard_sealed() const {
        return opener_ ? opener_->unopened().other_senders > 0 : sealed_;
    }

    Offers offers;

  private:
    std::optional<crypto::Opener> opener_;
    bool sealed_ = false;
};

Result<void> listen_until(net::UdpSocket& socket, Time until, Listener& listener) {
    BatchReader slots;
    for (;;) {
        const auto ready = wait_readable(socket.fd(), until);
        if (!ready) return std::unexpected(ready.error());
        if (!*ready) break;
        const auto received = slots.receive(
            socket,
            [&](MutableBytes packet, const net::Endpoint& from) { listener.take(packet, from); });
        if (!received) return std::unexpected(received.error());
    }
    return {};
}

/// Waits for an interface until the time is over, which is the error no_interface.
Result<Channel> await_channel(const NetworkOptions& network, Time until) {
    auto monitor = net::InterfaceMonitor::open();
    if (!monitor) return std::unexpected(std::move(monitor.error()));
    for (;;) {
        monitor->drain();
        auto opening = try_open_channel(network, {.group_receive = 1U << 20});
        if (!opening) return std::unexpected(std::move(opening.error()));
        if (opening->channel) return std::move(*opening->channel);
        const auto changed = wait_readable(monitor->fd(), until);
        if (!changed) return std::unexpected(changed.error());
        if (!*changed) {
            return fail(ErrorCode::no_interface,
                        "no network interface could be used in time: " + opening->awaited);
        }
    }
}

}  // namespace
}  // namespace session

std::expected<std::vector<Offer>, Error> discover(const NetworkOptions& network,
                                                  std::chrono::duration<double> listen) {
    using namespace session;
    const auto limit = duration_of(listen);
    if (!limit) return std::unexpected(limit.error());
    const auto key = load_key(network);
    if (!key) return std::unexpected(key.error());
    const Time until = real_now() + *limit;
    auto channel = await_channel(network, until);
    if (!channel) return std::unexpected(std::move(channel.error()));
    if (*key) channel->key_id = (*key)->id();
    Listener listener(*key);
    if (auto heard = listen_until(channel->group, until, listener); !heard)
        return std::unexpected(std::move(heard.error()));
    std::vector<Offer> list;
    for (auto& [transfer, offer] : listener.offers) list.push_back(std::move(offer));
    if (list.empty() && listener.heard_sealed())
        return fail(ErrorCode::auth,
                    sealed_otherwise_text(Role::receiver, *channel, listener.other_key()));
    return list;
}

}  // namespace mcast
