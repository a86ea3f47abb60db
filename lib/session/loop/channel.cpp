// SPDX-License-Identifier: MIT
#include "session/loop/channel.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

namespace mcast::session {
namespace {

constexpr unsigned kFeedbackPorts = 16;
constexpr unsigned kLastPort = 65535;

// An offer with the longest name fits into this, as do the other messages of either side. Every
// IPv4 host has to take packets of this size (RFC 791); IPv6 guarantees 1280.
constexpr int kLeastMtu = 576;

std::unexpected<Error> all_taken(const net::Endpoint& address, OwnPorts ports) {
    const unsigned last = ports.first + ports.count - 1U;
    const std::string which =
        ports.count == 1
            ? fmt::format("UDP port {} of {} is", ports.first, address.address_string())
            : fmt::format("UDP ports {} to {} of {} are all", ports.first, last,
                          address.address_string());
    return fail(ErrorCode::port_in_use,
                which + " taken by other programs: --feedback-port names another one", EADDRINUSE);
}

Result<net::UdpSocket> open_own(net::SocketOptions options, OwnPorts ports) {
    for (unsigned i = 0; i < ports.count; ++i) {
        options.port = static_cast<std::uint16_t>(ports.first + i);
        auto opened = net::UdpSocket::open(options);
        if (opened || opened.error().system != EADDRINUSE) return opened;
    }
    return all_taken(options.interface.address(options.group.is_v6()), ports);
}

Result<void> check_mtu(const net::Interface& chosen) {
    if (chosen.mtu == 0 || chosen.mtu >= kLeastMtu) return {};
    return fail(ErrorCode::unsupported,
                fmt::format("the MTU of {} is {}, and {} is the least that will do: ip link set {} "
                            "mtu 1500",
                            chosen.name, chosen.mtu, kLeastMtu, chosen.name));
}

// The address without the interface that may follow it ("%eth0").
Result<net::Endpoint> group_address(const NetworkOptions& options) {
    return net::Endpoint::parse(options.group.substr(0, options.group.find('%')), options.port);
}

// True: the interface went down, or lost its address, after it was chosen; waiting may help.
bool may_pass(const Error& error) {
    return error.system == EADDRNOTAVAIL || error.system == ENODEV || error.system == ENETDOWN ||
           error.system == ENETUNREACH;
}

// Opens both sockets. `place.decision` must have a choice.
Result<Channel> open_at(const NetworkOptions& options, Place place, const BufferSizes& sizes) {
    net::InterfaceChoice& choice = *place.decision.choice;
    if (auto enough = check_mtu(choice.interface); !enough) return std::unexpected(enough.error());
    net::SocketOptions socket{place.address, choice.interface, options.ttl};
    socket.offload = options.offload;
    socket.join = true;
    socket.receive_buffer = sizes.group_receive;
    socket.send_buffer = 0;
    auto group = net::UdpSocket::open(socket);
    if (!group) return std::unexpected(group.error());
    const net::SocketOptions group_setup = socket;
    socket.join = false;
    socket.receive_buffer = sizes.own_receive;
    socket.send_buffer = sizes.own_send;
    socket.tell_drops = sizes.tell_drops;
    socket.past_gateway =
        choice.past_gateway && sizes.tell_drops;  // only a sender sends to the group
    auto own = open_own(socket, sizes.ports);
    if (!own) return std::unexpected(own.error());
    return Channel{place.address, std::move(choice), std::move(*group), std::move(*own),
                   group_setup,   std::move(socket), sizes.ports,       {}};
}

// True: nothing has changed that the sockets depend on.
bool stays(const Channel& channel, const net::Interface& now) {
    if (now.index != channel.choice.interface.index) return false;
    const net::Endpoint own = channel.own.local();
    return own.same_address(net::Endpoint::any(own.is_v6(), 0)) ||
           std::ranges::any_of(now.addresses, [&](const net::Endpoint& address) {
               return address.same_address(own);
           });
}

}  // namespace

OwnPorts feedback_ports(const NetworkOptions& options, std::optional<std::uint16_t> wanted) {
    if (wanted) return {*wanted, 1};
    const unsigned count = std::min(kFeedbackPorts, kLastPort - options.port + 1);
    return {options.port, static_cast<std::uint16_t>(count)};
}

Result<Place> choose_place(const NetworkOptions& options) {
    const auto address = group_address(options);
    if (!address) return std::unexpected(address.error());
    if (options.port == 0) return fail(ErrorCode::usage, "port 0 cannot be used for a group");
    if (options.ttl < 0 || options.ttl > 255) {
        return fail(ErrorCode::usage, "ttl " + std::to_string(options.ttl) + " is not 0 to 255");
    }
    net::InterfaceWish wish{.interface = options.interface};
    const auto percent = options.group.find('%');
    if (percent != std::string::npos) wish.zone = options.group.substr(percent + 1);
    auto decision = net::choose_interface(*address, wish);
    if (!decision) return std::unexpected(decision.error());
    return Place{*address, std::move(*decision)};
}

bool follow_interface(Channel& channel) {
    const auto all = net::interfaces();
    if (!all) return false;
    const auto now = std::ranges::find(*all, channel.choice.interface.name, &net::Interface::name);
    if (now == all->end() || stays(channel, *now)) return false;
    if (now->address(channel.address.is_v6()).empty()) return false;
    net::SocketOptions setup = channel.own_setup;
    setup.interface = *now;
    auto own = open_own(setup, {channel.own.local().port(), 1});
    if (!own) own = open_own(setup, channel.ports);
    if (!own) return false;
    if (now->index != channel.choice.interface.index) {
        net::SocketOptions joining = channel.group_setup;
        joining.interface = *now;
        auto group = net::UdpSocket::open(joining);
        if (!group) return false;
        channel.group = std::move(*group);
    }
    channel.own = std::move(*own);
    channel.choice.interface = *now;
    return true;
}

std::string group_text(const NetworkOptions& options) {
    const auto address = group_address(options);
    return address ? address->to_string() : options.group;
}

Result<Opening> try_open_channel(const NetworkOptions& options, const BufferSizes& sizes) {
    auto place = choose_place(options);
    if (!place) return std::unexpected(place.error());
    if (!place->decision.choice) return Opening{{}, std::move(place->decision.awaited)};
    auto channel = open_at(options, std::move(*place), sizes);
    if (channel) return Opening{std::move(*channel), {}};
    if (!may_pass(channel.error())) return std::unexpected(std::move(channel.error()));
    return Opening{{}, std::move(channel.error().message)};
}

Result<Channel> open_channel(const NetworkOptions& options, const BufferSizes& sizes) {
    auto opening = try_open_channel(options, sizes);
    if (!opening) return std::unexpected(std::move(opening.error()));
    if (opening->channel) return std::move(*opening->channel);
    return fail(ErrorCode::no_interface,
                "there is no network interface for it yet: " + opening->awaited);
}

}  // namespace mcast::session
