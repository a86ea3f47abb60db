// SPDX-License-Identifier: MIT
//
// A plain NORM peer on NRL's library: what mcsend and mcrecv must get along with.
//   norm_peer send IFADDR GROUP PORT FEC_ID SEGMENT BLOCK PARITY MBITS FILE NAME
//       offers FILE under NAME and goes on answering repair requests until it is killed
//   norm_peer recv IFADDR GROUP PORT NODE unicast|multicast FOLDER
//       exits with 0 once it has a whole file in FOLDER and has acknowledged it
//   norm_peer stream IFADDR GROUP PORT NODE unicast|multicast FILE
//       writes a stream to FILE, from its first byte on, and exits with 0 once its end has come
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>

#include <normApi.h>
#include <poll.h>

namespace {

constexpr unsigned kBufferBytes = 64U << 20;
constexpr int kSocketBytes = 4 << 20;
constexpr NormNodeId kSenderNode = 4'000'000'000U;

std::uint16_t number(const char* text) {
    return static_cast<std::uint16_t>(std::strtoul(text, nullptr, 10));
}

NormSessionHandle join(NormInstanceHandle instance, std::span<char*> arguments, NormNodeId node) {
    NormSessionHandle session =
        NormCreateSession(instance, arguments[1], number(arguments[2]), node);
    NormSetMulticastInterface(session, arguments[0]);
    NormSetRxPortReuse(session, true);
    NormSetMulticastLoopback(session, true);
    return session;
}

int send(NormInstanceHandle instance, std::span<char*> arguments) {
    if (arguments.size() != 10) return 2;
    NormSessionHandle session = join(instance, arguments, kSenderNode);
    NormSetTxRate(session, std::strtod(arguments[7], nullptr) * 1e6);
    NormSetGrttEstimate(session, 0.01);
    NormSetBackoffFactor(session, 0.0);
    if (!NormStartSender(session, 77, kBufferBytes, number(arguments[4]), number(arguments[5]),
                         number(arguments[6]), static_cast<UINT8>(number(arguments[3])))) {
        return 1;
    }
    NormSetTxSocketBuffer(session, kSocketBytes);
    const std::string name = arguments[9];
    NormObjectHandle file =
        NormFileEnqueue(session, arguments[8], name.c_str(), static_cast<unsigned>(name.size()));
    if (file == NORM_OBJECT_INVALID) return 1;
    NormSetWatermark(session, file);
    NormEvent event;
    while (NormGetNextEvent(instance, &event)) {
        // Flush for ever: a receiver may have missed all that was sent so far.
        if (event.type == NORM_TX_FLUSH_COMPLETED) NormResetWatermark(session);
    }
    return 1;
}

/// Serves the session a little longer: the acknowledgement of the last flush is still to come.
void linger(NormInstanceHandle instance, std::chrono::seconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    NormEvent event;
    while (std::chrono::steady_clock::now() < end) {
        pollfd ready{NormGetDescriptor(instance), POLLIN, 0};
        if (poll(&ready, 1, 100) > 0) NormGetNextEvent(instance, &event, false);
    }
}

std::filesystem::path offered_name(NormObjectHandle object) {
    std::array<char, 2048> info{};
    const unsigned length = NormObjectGetInfo(object, info.data(), info.size());
    return std::filesystem::path(std::string(info.data(), length)).filename();
}

int receive(NormInstanceHandle instance, std::span<char*> arguments) {
    if (arguments.size() != 6) return 2;
    NormSessionHandle session =
        join(instance, arguments, static_cast<NormNodeId>(number(arguments[3])));
    const std::filesystem::path folder = arguments[5];
    NormSetDefaultUnicastNack(session, std::string(arguments[4]) == "unicast");
    NormSetCacheDirectory(instance, folder.c_str());
    if (!NormStartReceiver(session, kBufferBytes)) return 1;
    NormSetRxSocketBuffer(session, kSocketBytes);
    std::filesystem::path name;
    NormEvent event;
    while (NormGetNextEvent(instance, &event)) {
        if (event.type == NORM_RX_OBJECT_INFO) name = offered_name(event.object);
        if (event.type == NORM_RX_OBJECT_ABORTED) return 1;
        if (event.type != NORM_RX_OBJECT_COMPLETED) continue;
        if (!name.empty()) NormFileRename(event.object, (folder / name).c_str());
        std::puts("whole");
        std::fflush(stdout);
        linger(instance, std::chrono::seconds(2));
        return 0;
    }
    return 1;
}

enum class Reading : std::uint8_t { on, broken };

/// Writes what can be read of the stream by now.
Reading read_on(NormObjectHandle stream, std::FILE* to) {
    std::array<char, 1 << 16> bytes{};
    for (;;) {
        auto count = static_cast<unsigned>(bytes.size());
        if (!NormStreamRead(stream, bytes.data(), &count)) return Reading::broken;
        if (count == 0) return Reading::on;
        if (std::fwrite(bytes.data(), 1, count, to) != count) return Reading::broken;
    }
}

int receive_stream(NormInstanceHandle instance, std::span<char*> arguments) {
    if (arguments.size() != 6) return 2;
    NormSessionHandle session =
        join(instance, arguments, static_cast<NormNodeId>(number(arguments[3])));
    NormSetDefaultUnicastNack(session, std::string(arguments[4]) == "unicast");
    NormSetDefaultSyncPolicy(session, NORM_SYNC_STREAM);
    std::FILE* to = std::fopen(arguments[5], "wb");
    if (to == nullptr || !NormStartReceiver(session, kBufferBytes)) return 1;
    NormSetRxSocketBuffer(session, kSocketBytes);
    std::puts("ready");
    std::fflush(stdout);
    NormEvent event;
    while (NormGetNextEvent(instance, &event)) {
        if (event.type == NORM_RX_OBJECT_ABORTED) return 1;
        if (event.type == NORM_RX_OBJECT_UPDATED && read_on(event.object, to) == Reading::broken) {
            std::puts("broken");
            return 1;
        }
        if (event.type != NORM_RX_OBJECT_COMPLETED) continue;
        if (std::fclose(to) != 0) return 1;
        std::puts("whole");
        std::fflush(stdout);
        linger(instance, std::chrono::seconds(1));
        return 0;
    }
    return 1;
}

}  // namespace

int main(int count, char** values) {
    const std::span<char*> arguments(values, static_cast<std::size_t>(count));
    const std::string role = count > 2 ? arguments[1] : "";
    NormInstanceHandle instance = NormCreateInstance();
    int status = 2;
    if (role == "send") status = send(instance, arguments.subspan(2));
    if (role == "recv") status = receive(instance, arguments.subspan(2));
    if (role == "stream") status = receive_stream(instance, arguments.subspan(2));
    if (status == 2) std::fputs("usage: see the head of norm_peer.cpp\n", stderr);
    NormDestroyInstance(instance);
    return status;
}
