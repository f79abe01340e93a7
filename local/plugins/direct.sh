# Sourced. What talks to loopback asks no proxy: gRPC, Node and Go read no_proxy in ways of their own, so every name gets one list
# without blanks. The proxies themselves stay: downloads need them.
if [ -n "${http_proxy-}${https_proxy-}${grpc_proxy-}${all_proxy-}${HTTP_PROXY-}${HTTPS_PROXY-}${GRPC_PROXY-}${ALL_PROXY-}" ]; then
  case ",${no_grpc_proxy-}," in
    *,localhost,127.0.0.1,::1,) ;;
    *)
      no_proxy=$(printf '%s' "${no_grpc_proxy-},${no_proxy-},${NO_PROXY-},localhost,127.0.0.1,::1" | tr -s ' \t\n,' ',')
      no_proxy=${no_proxy#,}
      NO_PROXY=$no_proxy no_grpc_proxy=$no_proxy
      export no_proxy NO_PROXY no_grpc_proxy
      ;;
  esac
fi
