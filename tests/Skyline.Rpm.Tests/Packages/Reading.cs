namespace Skyline.Rpm.Tests.Packages;

/// <summary>Reads packages as a server does: from a stream that cannot seek and hands out bytes as they come.</summary>
static class Reading
{
    public static async Task<RpmPackage> Read(byte[] bytes, string name = "test.rpm") =>
        await RpmPackage.Read(new Trickle(bytes), name, TestContext.Current.CancellationToken);

    public static async Task<RpmPackage> Verify(byte[] bytes, string name = "test.rpm") =>
        await RpmPackage.ReadAndVerify(new Trickle(bytes), name, TestContext.Current.CancellationToken);

    public static Task<RpmPackage> Read(string path) => Read(File.ReadAllBytes(path), Path.GetFileName(path));

    /// <summary>The sentence with which a file is refused.</summary>
    public static async Task<string> Refusal(byte[] bytes)
    {
        var refused = await Assert.ThrowsAsync<BadRpmException>(() => Read(bytes));
        return refused.Message;
    }

    public static async Task<string> RefusalOfVerify(byte[] bytes)
    {
        var refused = await Assert.ThrowsAsync<BadRpmException>(() => Verify(bytes));
        return refused.Message;
    }

    /// <summary>A stream as a network gives it: no position, no length, and never as much as was asked for.</summary>
    sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        int turn;

        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + turn++ * 977 % 8192)], cancellationToken);
    }
}
