// SPDX-License-Identifier: MIT
#include "cli/status_view.hpp"

#include "fake.hpp"
#include "support/catch.hpp"

using namespace mcast;
using namespace mcast::cli;
using namespace mcast::cli::test;

namespace {

std::vector<Status> some_sessions() {
    auto sending = running();
    sending.receivers = {receiver("1", "a", State::success),
                         receiver("2", "b", State::in_progress)};
    auto waits = running();
    waits.session = "0badcafe";
    waits.name = "a-file-with-a-rather-long-name-for-a-table-of-eighty-columns.tar.zst";
    waits.phase = Phase::waiting;
    waits.percent = 0;
    waits.rate_bps = 0;
    waits.eta_s.reset();
    waits.waiting_for = "2 of 4 receivers";
    auto broken = failed(ErrorCode::no_space, "cannot write /srv/disk.img: No space left on device",
                         Role::receiver);
    broken.session = "77aa01bc";
    broken.name = "disk.img";
    auto done = succeeded(Role::receiver);
    done.session = "12345678";
    return {sending, waits, broken, done};
}

std::size_t widest_line(const std::string& text) {
    std::size_t widest = 0;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = text.find('\n', from);
        widest = std::max(widest, end - from);
        from = end + 1;
    }
    return widest;
}

}  // namespace

TEST_CASE("the sessions fit eighty columns", "[cli]") {
    CHECK("\n" + sessions_table(some_sessions(), 80) == R"(
ID        NAME               ROLE  STATE               PROGRESS  RATE  ETA  DONE
5f0c2a91  image.raw          send  transferring    ##----  43 %  941M   5s   1/2
0badcafe  a-file-w..tar.zst  send  waiting         ------   0 %              0/0
    waiting for 2 of 4 receivers
77aa01bc  disk.img           recv  failed at 43 %
    cannot write /srv/disk.img: No space left on device (no_space)
12345678  image.raw          recv  success         ###### 100 %
)");
    CHECK(widest_line(sessions_table(some_sessions(), 80)) <= 80);
}

TEST_CASE("the sessions use the room of a wider terminal", "[cli]") {
    CHECK("\n" + sessions_table(some_sessions(), 120) == R"(
ID        NAME                                             ROLE  STATE                         PROGRESS  RATE  ETA  DONE
5f0c2a91  image.raw                                        send  transferring    ######----------  43 %  941M   5s   1/2
0badcafe  a-file-with-a-rather-lo..eighty-columns.tar.zst  send  waiting         ----------------   0 %              0/0
    waiting for 2 of 4 receivers
77aa01bc  disk.img                                         recv  failed at 43 %
    cannot write /srv/disk.img: No space left on device (no_space)
12345678  image.raw                                        recv  success         ################ 100 %
)");
}

TEST_CASE("the details of a sender list its receivers, slowest first", "[cli]") {
    auto status = running();
    status.meta = "build 7";
    status.stats = {.packets = 331264, .bytes = 0, .lost = 0, .repaired = 812, .nacks = 37};
    auto slow = receiver("0a4d0002", "lab-02", State::in_progress, 466092032);
    slow.rate_bps = 941000000;
    slow.loss = 0.004;
    slow.limited_by = LimitedBy::disk;
    auto quick = receiver("0a4d0001", "lab-01", State::success, 1073741824);
    auto gone = receiver("0a4d0003", "a-host-with-a-long-name.example.org", State::failure, 10);
    gone.error = Error{ErrorCode::receiver_lost, 0, "nothing heard for 30 s"};
    auto plain = receiver("0a4d0004", "", State::success, 1073741824);
    plain.verified = false;
    plain.address = "fd00:1234:5678::abcd";
    auto out = receiver("0a4d0005", "lab-05", State::in_progress, 1000000);
    out.attached = false;
    status.receivers = {quick, slow, gone, plain, out};
    status.paced_by = "0a4d0002";
    CHECK("\n" + session_details(status, 80) == R"(
session   5f0c2a91, sender, process 4211
name      image.raw
meta      build 7
state     transferring, 43 % [########------------]
done      444 MiB of 1.0 GiB
rate      941 Mbit/s, 5.2 s left
paced by  lab-02 (0a4d0002)
group     239.255.77.77:7701 on eth0
started   2026-11-21 10:00:00 UTC
elapsed   4.0 s
packets   331264 sent, 812 repaired, 37 nacks received

RECEIVER  HOST              ADDRESS            STATE          RATE   LOSS  LIMIT
0a4d0003  a-host-..ple.org  10.0.0.12          failed at 0 %        0.0 %
    nothing heard for 30 s (receiver_lost)
0a4d0005  lab-05            10.0.0.12          detached 44 %        0.0 %
0a4d0002  lab-02            10.0.0.12          at 44 %        941M  0.4 %  disk
0a4d0001  lab-01            10.0.0.12          success              0.0 %
0a4d0004                    fd00:123..8::abcd  unverified           0.0 %
)");
    CHECK(widest_line(session_details(status, 80)) <= 80);
}

TEST_CASE("the details of a failed receiver tell the error and what to do", "[cli]") {
    auto status = failed(ErrorCode::no_space, "cannot write /srv/disk.img", Role::receiver);
    status.peer = "10.0.0.5";
    status.ended = status.started + std::chrono::seconds(4);
    status.stats = {
        .packets = 5, .bytes = 0, .lost = 2, .repaired = 1, .nacks = 3, .dropped_by_host = 4};
    CHECK("\n" + session_details(status, 80) == R"(
session   5f0c2a91, receiver, process 4211
name      image.raw
state     failed at 43 %
done      444 MiB of 1.0 GiB
group     239.255.77.77:7701 on eth0
from      10.0.0.5
started   2026-11-21 10:00:00 UTC
ended     2026-11-21 10:00:04 UTC
elapsed   4.0 s
packets   5 received, 2 lost, 1 repaired, 3 nacks sent, 4 dropped by this host
error     cannot write /srv/disk.img (no_space)
hint      make room, or choose another folder with --output
)");
}
