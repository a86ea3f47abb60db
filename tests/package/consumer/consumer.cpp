// SPDX-License-Identifier: MIT
//
// consumer FILE FOLDER: sends FILE to itself over the loopback interface and prints both ends'
// status, with nothing but the installed headers and libraries.
#include <chrono>
#include <cstdio>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include <mcast/session.hpp>
#include <mcast/version.hpp>

namespace {

constexpr auto kLimit = std::chrono::seconds(30);

mcast::NetworkOptions loopback() {
    return {.group = "239.255.77.79", .port = 7779, .interface = "lo"};
}

int complain(const mcast::Error& error) {
    std::fprintf(stderr, "%s (%s)\n", error.message.c_str(), std::string(error.name()).c_str());
    return 1;
}

int report(const char* role, mcast::Session& session) {
    if (!session.wait(kLimit)) {
        std::fprintf(stderr, "the %s has not ended\n", role);
        return 1;
    }
    const mcast::Status status = session.query_status();
    std::printf("%s: %d %%, %s\n", role, status.percent,
                status.state == mcast::State::success ? "success" : "failure");
    if (status.error) return complain(*status.error);
    return status.state == mcast::State::success ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
    if (count != 3) return 2;
    std::printf("mcast %s\n", std::string(mcast::version()).c_str());
    mcast::ReceiveOptions receive;
    receive.network = loopback();
    receive.output = values[2];
    receive.timeout = std::chrono::seconds(20);
    auto receiver = mcast::ReceiveSession::start(receive);
    if (!receiver) return complain(receiver.error());

    mcast::SendOptions send;
    send.network = loopback();
    send.path = values[1];
    send.timeout = std::chrono::seconds(20);
    auto sender = mcast::SendSession::start(send);
    if (!sender) return complain(sender.error());

    const int sent = report("sender", **sender);
    const int received = report("receiver", **receiver);
    return sent + received == 0 ? 0 : 1;
}
