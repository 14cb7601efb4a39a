using System.Runtime.InteropServices;

namespace Skyline.Cli.Terminal;

/// <summary>Whoever read our standard output has gone; there is nobody to go on for.</summary>
sealed class ReaderGoneException : Exception;

/// <summary>
/// Standard output that notices when its reader leaves (`skyline log 17 --follow | head`). .NET ignores the signal and the
/// error of a broken pipe, and would write to nobody until the build ends.
/// </summary>
sealed class StandardOutput : Stream
{
    const short PollError = 8;

    readonly Stream console = Console.OpenStandardOutput();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="ReaderGoneException"/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        console.Write(buffer);
        if (ReaderHasGone()) throw new ReaderGoneException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => console.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    static bool ReaderHasGone()
    {
        if (OperatingSystem.IsWindows()) return false;
        var standardOutput = new Polled { Descriptor = 1 };
        return Poll(ref standardOutput, 1, 0) > 0 && (standardOutput.Answered & PollError) != 0;
    }

    [DllImport("libc", EntryPoint = "poll"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Poll(ref Polled descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    struct Polled
    {
        public int Descriptor;
        public short Asked;
        public short Answered;
    }
}
