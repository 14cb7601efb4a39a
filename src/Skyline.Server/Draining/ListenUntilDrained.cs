using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Skyline.Server.Draining;

/// <summary>
/// Kestrel stops listening and closes the connections that nothing is asked on in one step, and whoever was about to ask would fail. Here it stops listening when the drain begins, and
/// keeps its connections until the drain has ended.
/// </summary>
sealed class ListenUntilDrained(SocketTransportFactory sockets, Drain drain) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new Listener(await sockets.BindAsync(endpoint, cancellationToken), drain);

    sealed class Listener : IConnectionListener
    {
        readonly IConnectionListener inner;
        readonly TaskCompletionSource unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly Task quiet;

        public Listener(IConnectionListener inner, Drain drain)
        {
            this.inner = inner;
            quiet = StopListening(drain);
        }

        public EndPoint EndPoint => inner.EndPoint;

        async Task StopListening(Drain drain)
        {
            if (await Task.WhenAny(drain.Begun, unbound.Task) == unbound.Task) return;
            InheritedSockets.LetGo();
            await inner.UnbindAsync();
        }

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (await inner.AcceptAsync(cancellationToken) is { } connection) return connection;
            await unbound.Task.WaitAsync(cancellationToken);
            return null;
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            unbound.TrySetResult();
            await quiet;
            await inner.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            unbound.TrySetResult();
            await inner.DisposeAsync();
        }
    }
}
