// SPDX-License-Identifier: MIT
#include "session/channel.hpp"

namespace mcast::session {

Result<Place> choose_place(const NetworkOptions& options) {
    const auto address = net::Endpoint::parse(options.group, options.port);
    if (!address) return std::unexpected(address.error());
    if (options.port == 0) return fail(ErrorCode::usage, "port 0 cannot be used for a group");
    if (options.ttl < 0 || options.ttl > 255) {
        return fail(ErrorCode::usage, "ttl " + std::to_string(options.ttl) + " is not 0 to 255");
    }
    auto choice = net::choose_interface(*address, options.interface);
    if (!choice) return std::unexpected(choice.error());
    return Place{*address, std::move(*choice)};
}

Result<Channel> open_channel(const NetworkOptions& options, const BufferSizes& sizes) {
    auto place = choose_place(options);
    if (!place) return std::unexpected(place.error());
    net::SocketOptions socket{place->address, place->choice.interface, options.ttl};
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
    return Channel{place->address, std::move(place->choice), std::move(*group), std::move(*own)};
}

}  // namespace mcast::session
