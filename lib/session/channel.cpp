// SPDX-License-Identifier: MIT
#include "session/channel.hpp"

namespace mcast::session {

Result<Place> choose_place(const NetworkOptions& options) {
    const auto percent = options.group.find('%');
    const auto address = net::Endpoint::parse(options.group.substr(0, percent), options.port);
    if (!address) return std::unexpected(address.error());
    if (options.port == 0) return fail(ErrorCode::usage, "port 0 cannot be used for a group");
    if (options.ttl < 0 || options.ttl > 255) {
        return fail(ErrorCode::usage, "ttl " + std::to_string(options.ttl) + " is not 0 to 255");
    }
    net::InterfaceWish wish{.interface = options.interface};
    if (percent != std::string::npos) wish.zone = options.group.substr(percent + 1);
    auto decision = net::choose_interface(*address, wish);
    if (!decision) return std::unexpected(decision.error());
    return Place{*address, std::move(*decision)};
}

Result<Channel> open_channel(const NetworkOptions& options, Place place, const BufferSizes& sizes) {
    net::InterfaceChoice& choice = *place.decision.choice;
    net::SocketOptions socket{place.address, choice.interface, options.ttl};
    socket.offload = options.offload;
    socket.join = true;
    socket.receive_buffer = sizes.group_receive;
    socket.send_buffer = 0;
    auto group = net::UdpSocket::open(socket);
    if (!group) return std::unexpected(group.error());
    socket.join = false;
    socket.receive_buffer = sizes.own_receive;
    socket.send_buffer = sizes.own_send;
    socket.tell_drops = sizes.tell_drops;
    auto own = net::UdpSocket::open(socket);
    if (!own) return std::unexpected(own.error());
    return Channel{place.address, std::move(choice), std::move(*group), std::move(*own)};
}

Result<Channel> open_channel(const NetworkOptions& options, const BufferSizes& sizes) {
    auto place = choose_place(options);
    if (!place) return std::unexpected(place.error());
    if (!place->decision.choice) {
        return fail(ErrorCode::no_interface, "there is no interface for " + options.group +
                                                 " yet: " + place->decision.awaited);
    }
    return open_channel(options, std::move(*place), sizes);
}

}  // namespace mcast::session
