using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>Sends a run's log as it grows. The server's answer, not our memory, says where to go on.</summary>
sealed class LogSender(RunCalls calls, RunLog log, TimeProvider time)
{
    /// <summary>A piece costs a round trip: who is behind sends larger ones.</summary>
    const int Piece = 64 << 10, LongestPiece = 1 << 20;
    /// <summary>Lines that come close together go together.</summary>
    static readonly TimeSpan gather = TimeSpan.FromMilliseconds(300);

    /// <summary>Until the log is closed and the server has it whole, or does not want more of it.</summary>
    public async Task Send(CancellationToken ct)
    {
        long sent = 0;
        var buffer = new byte[Piece];
        while (true)
        {
            await log.WaitPast(sent, ct);
            if (log.IsClosed && sent >= log.Length) return;
            if (log.Length - sent > buffer.Length) buffer = new byte[LongestPiece];
            var piece = buffer.AsMemory(0, log.Read(sent, buffer));
            try
            {
                var tries = 0;
                // After a call in vain a small piece: the answer says how much of the large one had come.
                sent = (await calls.UntilAnswered(token => calls.Contract.AppendLog(calls.Run, sent, tries++ == 0 || piece.Length < Piece ? piece : piece[..Piece], token), ct)).Bytes;
            }
            catch (RefusedException)
            {
                return; // longer than this server keeps; the build goes on
            }
            if (sent < 0 || sent > log.Length) return; // a server that has more of the log than there is has another run's
            if (log.Length - sent < buffer.Length && !log.IsClosed) await Pause(ct);
        }
    }

    /// <summary>Shorter when the log is closed meanwhile: its end is waited for.</summary>
    async Task Pause(CancellationToken ct)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var closed = log.WaitPast(long.MaxValue, woken.Token);
        await Task.WhenAny(closed, Task.Delay(gather, time, woken.Token));
        await woken.CancelAsync();
    }
}
